/* The console's side of the control API. The console has no private door: this is all it uses. */

/**
 * @param base the control API's address
 */
export function createControlClient(base) {
  async function order(method, path, body) {
    const response = await fetch(base + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = await response.json();
    if (!response.ok) throw new Error(json.message);
    return json;
  }
  return {
    state: () => order('GET', '/state'),
    log: () => order('GET', '/log'),
    change: (settings) => order('PATCH', '/settings', settings),
    approve: (code, account) => order('POST', `/codes/${code}/approve`, { account }),
    deny: (code) => order('POST', `/codes/${code}/deny`),
    expire: (code) => order('POST', `/codes/${code}/expire`),
    fault: (fault) => order('POST', '/faults', fault),
    clearFaults: () => order('DELETE', '/faults'),
    endSessions: () => order('POST', '/sessions/end'),
    clearLog: () => order('DELETE', '/log'),
    reset: () => order('POST', '/reset'),
    /** Calls back with every state and exchange, and when the connection is lost or back. */
    follow({ onState, onExchange, onConnection }) {
      const source = new EventSource(`${base}/log/stream`);
      source.addEventListener('state', (event) => onState(JSON.parse(event.data)));
      source.addEventListener('exchange', (event) => onExchange(JSON.parse(event.data)));
      source.addEventListener('open', () => onConnection(true));
      source.addEventListener('error', () => onConnection(false));
    },
  };
}
