/** What earlier replies tell about servers; kept for this run. */
export interface KnownServers {
  /**
   * A reply could be read.
   * @param withProof the request carried a DPoP proof
   */
  replied(url: string, withProof: boolean): void;
  /** The address answered with JSON. */
  gaveJson(url: string): void;
  /** Whether this page could read a reply of the address's origin, to a request with a proof or not. */
  hasReplied(url: string, withProof: boolean): boolean;
  /** Whether the address has answered with JSON, in this run or one before. */
  hasGivenJson(url: string): boolean;
}

/** The origin of an address, in lower case; the address itself when it is none. */
export function originOf(address: string): string {
  try {
    return new URL(address).origin;
  } catch {
    return address;
  }
}

/** The hosts of addresses, each once; none of what is no address. */
export const hostsOf = (addresses: readonly (string | undefined)[]): readonly string[] =>
  addresses
    .map((address) => originOf(address ?? '').split('://')[1])
    .filter((host, index, all): host is string => !!host && all.indexOf(host) === index);

/** Starts with nothing known. */
export function createKnownServers(): KnownServers {
  const origins: Record<string, true> = {};
  const withProofs: Record<string, true> = {};
  const jsonAddresses: Record<string, true> = {};
  const addressOf = (url: string) => url.replace(/[?#].*$/, '');
  return {
    replied(url, withProof) {
      origins[originOf(url)] = true;
      if (withProof) withProofs[originOf(url)] = true;
    },
    gaveJson(url) {
      jsonAddresses[addressOf(url)] = true;
    },
    hasReplied: (url, withProof) => (withProof ? withProofs : origins)[originOf(url)] === true,
    hasGivenJson: (url) => jsonAddresses[addressOf(url)] === true,
  };
}
