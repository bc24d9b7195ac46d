import jsQR from 'jsqr';
import { describe, expect, it } from 'vitest';
import { layout } from './layout';
import { encodeQr, placeQr } from './qr-code';

/** Paints the plate as the app does. */
function paint(text: string, plate: number): Uint8ClampedArray {
  const modules = encodeQr(text);
  if (modules === undefined) throw new Error('too long');
  const { module, offset } = placeQr(plate, modules.size, layout.plate.quietModules);
  const pixels = new Uint8ClampedArray(plate * plate * 4).fill(255);
  for (let y = 0; y < modules.size * module; y++) {
    for (let x = 0; x < modules.size * module; x++) {
      if (!modules.isDark(Math.floor(x / module), Math.floor(y / module))) continue;
      pixels.fill(
        0,
        ((y + offset) * plate + x + offset) * 4,
        ((y + offset) * plate + x + offset) * 4 + 3,
      );
    }
  }
  return pixels;
}

describe('the QR code', () => {
  it.each([
    ['720p', 373],
    ['1080p', 560],
    ['4K', 1120],
  ])('the QR code reads back at %s', (_name, plate) => {
    const text = 'https://id.example.com/device?user_code=PKQW-RNSJ';
    expect(jsQR(paint(text, plate), plate, plate)?.data).toBe(text);
  });

  it('the QR code has whole pixels a module and a quiet zone of four modules at least', () => {
    for (let size = 21; size <= 177; size += 4) {
      for (const plate of [373, 398, 560, 747, 1120]) {
        const { module, offset } = placeQr(plate, size, 4);
        if (plate < size + 8) continue;
        expect(Number.isInteger(module)).toBe(true);
        expect(Number.isInteger(offset)).toBe(true);
        expect(offset).toBeGreaterThanOrEqual(4 * module);
        expect(plate - offset - size * module).toBeGreaterThanOrEqual(4 * module - 1);
      }
    }
  });

  it('there is no QR code for a text that none can hold', () => {
    expect(encodeQr('x'.repeat(3000))).toBeUndefined();
    expect(encodeQr('x'.repeat(2900))?.size).toBe(177);
  });
});
