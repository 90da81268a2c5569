/**
 * ASN.1 in BER, as signatures and catalogues carry it: a tree of values, each with its bytes.
 *
 * A thin layer over asn1js, which bounds depth, nodes and content; nothing of it is believed beyond tags and bytes.
 * What it is NOT: a schema. Reading a member that is not there gives nothing; it never throws.
 * Source: ITU-T X.690.
 */
import { fromBER } from 'asn1js';

const classes = { 1: 'universal', 2: 'application', 3: 'context', 4: 'private' } as const;
type TagClass = (typeof classes)[keyof typeof classes];

export interface Asn1 {
  readonly tagClass: TagClass | 'none';
  readonly tag: number;
  /** With tag and length. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
  readonly children: readonly Asn1[];
}

export interface Asn1Bounds {
  /** Values, however deep. */
  readonly nodes?: number;
}

const deepest = 64;
const largest = 64 << 20;
const usualNodes = 20_000;

interface Block {
  readonly idBlock: { readonly tagClass: number; readonly tagNumber: number; readonly blockLength: number };
  readonly lenBlock: { readonly blockLength: number; readonly isIndefiniteForm: boolean };
  readonly valueBeforeDecodeView: Uint8Array;
  readonly valueBlock: object;
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && 'idBlock' in value && 'valueBeforeDecodeView' in value;

/** Values within; those that the library reads inside of an octet string are not in its structure. */
function childrenOf({ idBlock, valueBlock }: Block): readonly Block[] {
  if (
    idBlock.tagClass === 1 &&
    (idBlock.tagNumber === tags.octetString || idBlock.tagNumber === tags.bitString)
  )
    return [];
  const value: unknown = 'value' in valueBlock ? valueBlock.value : undefined;
  return Array.isArray(value) ? value.filter(isBlock) : [];
}

export const tags = {
  boolean: 1,
  integer: 2,
  bitString: 3,
  octetString: 4,
  objectIdentifier: 6,
  sequence: 16,
  set: 17,
} as const;

class Value implements Asn1 {
  readonly #block: Block;
  #children: readonly Asn1[] | undefined;

  constructor(block: Block) {
    this.#block = block;
  }

  get tagClass(): Asn1['tagClass'] {
    const { tagClass } = this.#block.idBlock;
    return tagClass === 1 || tagClass === 2 || tagClass === 3 || tagClass === 4 ? classes[tagClass] : 'none';
  }

  get tag(): number {
    return this.#block.idBlock.tagNumber;
  }

  get bytes(): Uint8Array {
    return this.#block.valueBeforeDecodeView;
  }

  get content(): Uint8Array {
    const { idBlock, lenBlock } = this.#block;
    const end = lenBlock.isIndefiniteForm ? this.bytes.length - 2 : this.bytes.length;
    return this.bytes.subarray(idBlock.blockLength + lenBlock.blockLength, end);
  }

  get children(): readonly Asn1[] {
    this.#children ??= childrenOf(this.#block).map((block) => new Value(block));
    return this.#children;
  }
}

/** The first value in the bytes, and how many of them it takes; nothing where they are none. */
export function readAsn1(
  bytes: Uint8Array,
  { nodes = usualNodes }: Asn1Bounds = {},
): { readonly value: Asn1; readonly length: number } | undefined {
  const { result, offset } = fromBER(bytes, {
    maxDepth: deepest,
    maxNodes: nodes,
    maxContentLength: largest,
  });
  return offset < 0 || !isBlock(result) ? undefined : { value: new Value(result), length: offset };
}

export const isSequence = ({ tagClass, tag }: Asn1): boolean =>
  tagClass === 'universal' && tag === tags.sequence;
export const isSet = ({ tagClass, tag }: Asn1): boolean => tagClass === 'universal' && tag === tags.set;
export const isContext = ({ tagClass, tag }: Asn1, number: number): boolean =>
  tagClass === 'context' && tag === number;

/** `1.2.840.113549.1.7.2`, or nothing. Arcs beyond 2^53 are none that anybody uses. */
export function oidOf(value: Asn1 | undefined): string | undefined {
  if (value === undefined || value.tagClass !== 'universal' || value.tag !== tags.objectIdentifier)
    return undefined;
  const { content } = value;
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content.subarray(0, 64)) {
    arc = arc * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.length === 0 ? undefined : arcs.join('.');
}

export function octetsOf(value: Asn1 | undefined): Uint8Array | undefined {
  return value?.tagClass === 'universal' && value.tag === tags.octetString ? value.content : undefined;
}
