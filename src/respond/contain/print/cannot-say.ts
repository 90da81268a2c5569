/** What a form has no words for, in comments of it. */

export const namesElsewhere = (mark: string, names: readonly string[]): readonly string[] =>
  names.length === 0
    ? []
    : [
        `${mark} Names cannot be blocked here; print them as "rpz" or "hosts":`,
        ...names.map((name) => `${mark}   ${name}`),
      ];

export const addressesElsewhere = (mark: string, addresses: readonly string[]): readonly string[] =>
  addresses.length === 0
    ? []
    : [
        `${mark} Addresses cannot be blocked here; print them for a firewall:`,
        ...addresses.map((address) => `${mark}   ${address}`),
      ];
