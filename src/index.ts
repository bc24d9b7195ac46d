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

/** Says at once what the page says by itself when no picture has come after 20 s. */
function showStartFailed(error: unknown): never {
  const sentence = document.getElementById('splash-slow');
  if (sentence !== null) sentence.style.visibility = 'visible';
  throw error;
}

if (canRun) startApplication(window, settingsOfPage()).catch(showStartFailed);
