/** See lightning-without-eval.js. */
export function withoutEval(id: string, source: string): string | undefined;
