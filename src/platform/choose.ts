import { browser } from './browser';
import type { Platform } from './platform';
import { rdk } from './rdk';
import { tizen } from './tizen';
import { webOs } from './webos';
import { xbox } from './xbox';

/** The platform this page runs on, told by what it offers, not by its user agent. */
export const choosePlatform = (page: Window): Platform =>
  webOs(page) ?? tizen(page) ?? rdk(page) ?? xbox(page) ?? browser(page);
