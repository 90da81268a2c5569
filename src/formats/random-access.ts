/** Bytes that are read where they are wanted: an image, a block device, a file in an archive. */
export interface RandomAccess {
  /** Fewer bytes than asked for at the end, none past it. */
  read(offset: number, length: number): Uint8Array;
}
