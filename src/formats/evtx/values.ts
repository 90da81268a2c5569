/** Where the values of a record stand in its chunk. */
import { type } from './layout.ts';

export class Values {
  /** How many there are. */
  count = 0;
  starts = new Int32Array(64);
  sizes = new Int32Array(64);
  /** Types with their flag of an array. */
  types = new Uint8Array(64);

  isNull(index: number): boolean {
    return index >= this.count || this.types[index] === type.null;
  }

  /** No value, or one without bytes. */
  isEmpty(index: number): boolean {
    return index >= this.count || this.sizes[index] === 0;
  }

  /** Binary XML, which is elements and no value. */
  isNested(index: number): boolean {
    return index >= 0 && !this.isEmpty(index) && this.types[index] === type.binXml;
  }
}
