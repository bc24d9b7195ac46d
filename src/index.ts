import './polyfills/index';
import { startApplication } from './application';

function settingsOfPage(): unknown {
  const text = document.getElementById('settings')?.textContent ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

startApplication(window, settingsOfPage());
