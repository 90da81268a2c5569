/** Bytes that are read where they are wanted: an image, a block device, a file in an archive. */
export interface RandomAccess {
  /**
   * Fewer bytes than asked for at the end, none past it.
   *
   * @param into what is read may be put there, and a view of it given
   */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
}
