import { describe, expect, it } from 'vitest';
import { sizeStage } from './stage-size';

describe('the picture', () => {
  it.each([
    [1280, 720, 1, 1280, 720],
    [1366, 768, 1, 1366, 768],
    [1920, 1080, 1, 1920, 1080],
    [1920, 1080, 2, 3840, 2160],
    [2560, 1440, 1, 2560, 1440],
    [3840, 2160, 1, 3840, 2160],
    [3840, 2160, 2, 3840, 2160],
  ])(
    'the picture fills a window of %i × %i at ratio %d with %i × %i pixels',
    (w, h, ratio, pw, ph) => {
      const size = sizeStage(w, h, ratio);
      expect(size).toMatchObject({ pixelWidth: pw, pixelHeight: ph, left: 0, top: 0 });
      expect(size).toMatchObject({ width: w, height: h });
      expect(size.precision).toBeCloseTo(ph / 1080, 2);
    },
  );

  it('the picture is centered between bars in a window that is not 16:9', () => {
    expect(sizeStage(1600, 1200, 1)).toMatchObject({ width: 1600, height: 900, left: 0, top: 150 });
    expect(sizeStage(2560, 1080, 1)).toMatchObject({ width: 1920, left: 320, top: 0 });
  });

  it('the picture has a size in a window without size', () => {
    expect(sizeStage(0, 0, 0).pixelWidth).toBeGreaterThan(0);
  });
});
