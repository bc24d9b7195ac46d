import type { Language } from '../i18n/index';
import type { ViewerEvent } from '../sign-in/states';

/** Something laid over the state's own screen until the viewer closes it. */
export type Panel =
  | 'help'
  | 'confirm-sign-out'
  | 'confirm-wipe'
  | 'confirm-exit'
  | 'language'
  | 'continued';

/** What pressing a control means. */
export type Action =
  | ViewerEvent
  | { type: 'panelOpened'; panel: Panel }
  | { type: 'panelClosed' }
  | { type: 'languageChosen'; language: Language }
  | { type: 'exitConfirmed' }
  /** For the app's own screens, which know what their controls mean. */
  | { type: 'pressedInChannel'; control: string };
