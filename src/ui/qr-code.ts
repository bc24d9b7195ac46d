import { create } from 'qrcode';

/** Modules of a QR code without its quiet zone. */
export interface QrModules {
  /** Modules on a side. */
  size: number;
  isDark(x: number, y: number): boolean;
}

/**
 * Encodes a text with error correction level M, or L where the text is too long for M.
 *
 * @returns undefined when it is too long for any QR code (over 2953 bytes)
 */
export function encodeQr(text: string): QrModules | undefined {
  for (const errorCorrectionLevel of ['M', 'L'] as const) {
    try {
      const { modules } = create(text, { errorCorrectionLevel });
      return { size: modules.size, isDark: (x, y) => modules.get(y, x) === 1 };
    } catch {
      // Too long for this level.
    }
  }
  return undefined;
}

/** Where the dark and light modules lie on the plate, in device pixels. */
export interface QrPlacement {
  /** Side of one module: a whole number, so that every module is equally large. */
  module: number;
  /** Distance of the first module from the plate's edge. */
  offset: number;
}

/**
 * Fits a code on its white plate with a quiet zone of four modules (ISO/IEC 18004).
 *
 * @param plate side of the plate in device pixels
 * @param size modules on a side
 */
export function placeQr(plate: number, size: number, quietModules: number): QrPlacement {
  const module = Math.max(1, Math.floor(plate / (size + 2 * quietModules)));
  return { module, offset: Math.round((plate - module * size) / 2) };
}
