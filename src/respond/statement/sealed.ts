/**
 * Digests and signature of a statement, and what is wrong with one that was changed.
 *
 * The signature (Ed25519, RFC 8032) is over the canonical JSON of `{digests, key, schema}`: `digests` holds SHA-256 of
 * the canonical JSON of each section, `key` the fingerprint of the signer. So whoever checks it learns which section was
 * changed, and another's key does not fit under the same bytes. The file itself is canonical too: a second member of the
 * same name, by which two readers could see two statements, cannot hide in it.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { canonicalJson } from '../../model/canonical-json.ts';
import { DemineError } from '../../model/error.ts';
import {
  type SectionName,
  type Statement,
  type StatementFile,
  sectionNames,
  signatureSchema,
  statementSchema,
  statementSchemaName,
} from '../../model/statement.ts';
import { encodedKey, fingerprintOf } from './key.ts';

/** A statement of thousands of rows has a few megabytes. */
export const mostStatementBytes = 64 << 20;

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

export const digestOf = (value: unknown): string => sha256Of(canonicalJson(value));

type Digests = StatementFile['digests'];

function digestsOf(statement: Statement): Digests {
  const digest = (name: SectionName): string => digestOf(statement[name]);
  return {
    made: digest('made'),
    subject: digest('subject'),
    case: digest('case'),
    look: digest('look'),
    conclusion: digest('conclusion'),
    checked: digest('checked'),
    notChecked: digest('notChecked'),
    things: digest('things'),
    steps: digest('steps'),
    notInPlan: digest('notInPlan'),
    schedule: digest('schedule'),
    doors: digest('doors'),
    looks: digest('looks'),
  };
}

export const sealed = (statement: Statement): StatementFile => ({
  schema: statementSchemaName,
  statement,
  digests: digestsOf(statement),
});

/** Names a statement whoever signed it, and before anybody did. */
export const statementId = ({ digests, schema }: Pick<StatementFile, 'digests' | 'schema'>): string =>
  digestOf({ digests, schema });

const signedText = (digests: unknown, schema: unknown, key: string): Buffer =>
  Buffer.from(canonicalJson({ digests, key, schema }));

export function signed(file: StatementFile, key: KeyObject): StatementFile {
  const fingerprint = fingerprintOf(key);
  const value = sign(null, signedText(file.digests, file.schema, fingerprint), key);
  return {
    ...file,
    signature: {
      algorithm: 'Ed25519',
      key: Buffer.from(encodedKey(key)).toString('base64'),
      fingerprint,
      value: value.toString('base64'),
    },
  };
}

export const statementText = (file: StatementFile): string => `${canonicalJson(file)}\n`;

/** What of a statement is not as it was written. */
export type Alteration = SectionName | 'form' | 'digests' | 'signature';

export interface CheckedStatement {
  /** Absent where it cannot be read as one any more. */
  readonly file?: StatementFile;
  readonly altered: readonly Alteration[];
  readonly signature: 'valid' | 'invalid' | 'none';
  /** Fingerprint of the key that is in it, where there is one. */
  readonly fingerprint?: string;
}

const loose = z.object({
  schema: z.string(),
  statement: z.record(z.string(), z.unknown()),
  digests: z.record(z.string(), z.unknown()),
  signature: z.unknown().optional(),
});

function parsed(text: string, subject: string): z.infer<typeof loose> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new DemineError('statement-invalid', 'it is no JSON', { subject, cause });
  }
  const read = loose.safeParse(value);
  if (!read.success || !read.data.schema.startsWith('demine-statement/')) {
    throw new DemineError('statement-invalid', 'it is no statement of Demine', { subject });
  }
  if (read.data.schema !== statementSchemaName) {
    throw new DemineError('statement-invalid', 'it is of another version of Demine', { subject });
  }
  return read.data;
}

/** The digest, also of what no statement of ours could hold. */
function digestOrNone(value: unknown): string {
  try {
    return digestOf(value);
  } catch (thrown) {
    if (thrown instanceof TypeError) return '';
    throw thrown;
  }
}

interface SignatureCheck {
  readonly signature: CheckedStatement['signature'];
  readonly fingerprint?: string;
}

function checkSignature(value: unknown, digests: unknown, schema: string): SignatureCheck {
  if (value === undefined) return { signature: 'none' };
  const read = signatureSchema.safeParse(value);
  if (!read.success) return { signature: 'invalid' };
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(read.data.key, 'base64'), format: 'der', type: 'spki' });
  } catch {
    // Whatever stands there is no key: the signature is none either.
    return { signature: 'invalid' };
  }
  if (key.asymmetricKeyType !== 'ed25519') return { signature: 'invalid' };
  const fingerprint = fingerprintOf(key);
  if (fingerprint !== read.data.fingerprint || digestOrNone(digests) === '') return { signature: 'invalid' };
  const text = signedText(digests, schema, fingerprint);
  const holds = verify(null, text, key, Buffer.from(read.data.value, 'base64'));
  return { signature: holds ? 'valid' : 'invalid', fingerprint };
}

/**
 * Looks at the bytes of a statement's file, whoever changed them.
 * @throws DemineError `statement-invalid` where it is no statement at all
 */
export function checkStatement(bytes: Uint8Array, subject: string): CheckedStatement {
  if (bytes.length > mostStatementBytes) {
    throw new DemineError('statement-invalid', 'it is too large for a statement', { subject });
  }
  const text = Buffer.from(bytes).toString('utf8');
  const { schema, statement, digests, signature } = parsed(text, subject);
  const names = new Set([...sectionNames, ...Object.keys(statement), ...Object.keys(digests)]);
  const changed = [...names].filter(
    (name) => !Object.hasOwn(statement, name) || digests[name] !== digestOrNone(statement[name]),
  );
  const known = sectionNames.filter((name) => changed.includes(name));
  const check = checkSignature(signature, digests, schema);
  const altered: Alteration[] = [...known];
  // A section that we do not know, or a list of digests under which the signature does not stand.
  if (changed.length > known.length) altered.push('digests');
  if (check.signature === 'invalid') altered.push('signature');
  const read = statementSchema.safeParse(statement);
  const keep = signatureSchema.safeParse(signature);
  if (!read.success) return { altered: altered.length === 0 ? ['form'] : altered, ...check };
  const file: StatementFile = {
    schema: statementSchemaName,
    statement: read.data,
    digests: digestsOf(read.data),
    ...(keep.success ? { signature: keep.data } : {}),
  };
  // Spaces, or a second member of a name: what one reader sees another does not.
  const isOther = Buffer.compare(bytes, Buffer.from(statementText(file))) !== 0;
  return { file, altered: altered.length === 0 && isOther ? ['form'] : altered, ...check };
}
