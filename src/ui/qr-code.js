import { create } from 'qrcode';
/**
 * Encodes a text with error correction level M, or L where the text is too long for M.
 *
 * @returns undefined when it is too long for any QR code (over 2953 bytes)
 */
export function encodeQr(text) {
    for (const errorCorrectionLevel of ['M', 'L']) {
        try {
            const { modules } = create(text, { errorCorrectionLevel });
            return { size: modules.size, isDark: (x, y) => modules.get(y, x) === 1 };
        }
        catch {
            // Too long for this level.
        }
    }
    return undefined;
}
/**
 * Fits a code on its white plate with a quiet zone of four modules (ISO/IEC 18004).
 *
 * @param plate side of the plate in device pixels
 * @param size modules on a side
 */
export function placeQr(plate, size, quietModules) {
    const module = Math.max(1, Math.floor(plate / (size + 2 * quietModules)));
    return { module, offset: Math.round((plate - module * size) / 2) };
}
