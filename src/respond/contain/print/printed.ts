/** What the writers get: addresses by family, names, and when it was written. */
export interface Printed {
  readonly ip: readonly string[];
  readonly ip6: readonly string[];
  readonly names: readonly string[];
  readonly time: Date;
}
