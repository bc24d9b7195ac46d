import './polyfills/index';
import { startApplication } from './app/application';
import { canRun } from './polyfills/required';

function settingsOfPage(): unknown {
  const text = document.getElementById('settings')?.textContent ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

if (canRun) startApplication(window, settingsOfPage());
