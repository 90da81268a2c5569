/**
 * Sizes and numbers of an event log file (EVTX) and of its binary XML.
 *
 * Source: [MS-EVEN6] 2.2.12 (BinXml), 2.2.13 to 2.2.17 (events and bookmarks); the format as libyal's documentation
 * "Windows XML Event Log (EVTX) format" describes it, 3 to 5; flags of chunks from what Windows 10 writes.
 */

export const fileHeadSize = 4096;
export const chunkSize = 65_536;
export const chunkHeadSize = 512;
/** Signature, size, number, time. */
export const recordHeadSize = 24;
/** The smallest record: head, end of the fragment, copy of the size. */
export const smallestRecord = recordHeadSize + 4;

/** `**\0\0` as a number. */
export const recordSignature = 0x2a2a;

export const signatures = {
  file: Buffer.from('ElfFile\0', 'latin1'),
  chunk: Buffer.from('ElfChnk\0', 'latin1'),
  record: Buffer.from('**\0\0', 'latin1'),
} as const;

/** Without the flag that more follows. Source: [MS-EVEN6] 2.2.12. */
export const token = {
  end: 0x00,
  openStartElement: 0x01,
  closeStartElement: 0x02,
  closeEmptyElement: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charRef: 0x08,
  entityRef: 0x09,
  piTarget: 0x0a,
  piData: 0x0b,
  templateInstance: 0x0c,
  normalSubstitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragmentHead: 0x0f,
} as const;
export const more = 0x40;

/** Source: [MS-EVEN6] 2.2.12 and 3.1.4.7.3. */
export const type = {
  null: 0x00,
  string: 0x01,
  ansiString: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  real32: 0x0b,
  real64: 0x0c,
  bool: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  sizeT: 0x10,
  filetime: 0x11,
  systemtime: 0x12,
  sid: 0x13,
  hexInt32: 0x14,
  hexInt64: 0x15,
  binXml: 0x21,
} as const;
export const arrayFlag = 0x80;

/** Head of a definition: place of the next, GUID, size. */
export const definitionHeadSize = 24;
/** Token, version, id, place of the definition. */
export const instanceHeadSize = 10;

/** What nobody's log needs, and a hostile one would ask for. */
export const limits = {
  /** Elements within elements. */
  elements: 64,
  /** Binary XML within a value of binary XML. Windows writes one level. */
  nesting: 8,
  /** Bytes of a definition with its names written out. */
  definition: 1 << 18,
  /** Definitions that are kept, and their bytes. */
  templates: 2048,
  templateBytes: 4 << 20,
  /**
   * What reading one chunk may cost: bytes of definitions that are new to it and of what is written, and values of
   * fragments in values, which a definition can name again and again. An ordinary chunk takes a twentieth.
   */
  chunkWork: 4 << 20,
  /** What an element costs that is kept until all of its record is known. */
  nodeWork: 64,
  /** Values of a definition that is not there. */
  nameless: 256,
  /** Bytes of one record as JSON, characters as XML; a record itself has at most 65,000 bytes. */
  output: 1 << 20,
} as const;
