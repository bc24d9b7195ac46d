/** Those who want to hear that the state of a server may have changed. */
export function createChanges() {
  const listeners = new Set<() => void>();
  return {
    tell(): void {
      for (const listener of listeners) listener();
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** See {@link createChanges}. */
export type Changes = ReturnType<typeof createChanges>;
