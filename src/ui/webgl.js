/**
 * Whether this device really draws with WebGL: some offer the interface and then no context.
 * Lightning itself throws on those.
 */
export function hasWebgl() {
    try {
        const canvas = document.createElement('canvas');
        const attributes = { stencil: true, failIfMajorPerformanceCaveat: false };
        const gl = (canvas.getContext('webgl', attributes) ??
            canvas.getContext('experimental-webgl', attributes));
        if (gl === null || gl.isContextLost())
            return false;
        // A TV may allow only a few contexts at a time: give this one back.
        gl.getExtension('WEBGL_lose_context')?.loseContext();
        return true;
    }
    catch {
        return false;
    }
}
