/* Decisions about the TV's code that no lever made: on the phone, or by an order from elsewhere. */

const compared = (userCode) => userCode.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** The step that has the same effect; undefined when there was no decision to repeat. */
function stepFor({ status, account, issuedAt }, { settings, now }) {
  if (status === 'denied') return 'deny';
  if (status !== 'approved' && status !== 'used') return undefined;
  // The lever "Approve by itself" is in the address already, and decides there again.
  const auto = settings.autoApproveAfterSeconds;
  if (auto !== null && now - issuedAt >= auto * 1000) return undefined;
  return account === null ? undefined : `approve-${account}`;
}

/**
 * @param options.shownCode the user code that the TV shows
 * @param options.onDecision called once for each decision made elsewhere, with its step
 */
export function createDecisions({ shownCode, onDecision }) {
  const known = new Set();
  let underWay = 0;
  return {
    /** Gives an order about a code: its effect is no news. */
    async own(order) {
      underWay += 1;
      try {
        known.add(compared((await order()).userCode));
      } finally {
        underWay -= 1;
      }
    },
    /** Looks at a state of the server. */
    look(state) {
      const shown = shownCode();
      if (shown === undefined || underWay > 0) return;
      const wanted = compared(shown);
      const code = state.codes.findLast((one) => compared(one.userCode) === wanted);
      const step = code === undefined ? undefined : stepFor(code, state);
      if (step === undefined || known.has(wanted)) return;
      known.add(wanted);
      onDecision(step);
    },
  };
}
