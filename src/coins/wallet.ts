/** What every kind of address check answers. */
export interface Wallet {
  /** Coin by its plain name, `monero`. Where coins share a form, the one most mined. */
  readonly coin: string;
  readonly address: string;
  /** True when a checksum was recomputed and fits; false where the form carries none. */
  readonly verified: boolean;
}

export interface WalletHit extends Wallet {
  /** Byte offset of its first character in what was searched. */
  readonly offset: number;
}
