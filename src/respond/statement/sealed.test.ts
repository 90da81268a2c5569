import { describe, expect, test } from 'bun:test';
import { generateKeyPairSync, verify } from 'node:crypto';
import { canonicalJson } from '../../model/canonical-json.ts';
import { DemineError } from '../../model/error.ts';
import { type StatementFile, sectionNames } from '../../model/statement.ts';
import { fingerprintOf } from './key.ts';
import { checkStatement, sealed, signed, statementId, statementText } from './sealed.ts';
import { cleanStatement } from './statement.fixture.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const file = signed(sealed(cleanStatement), privateKey);
const text = statementText(file);
const check = (value: string) => checkStatement(Buffer.from(value), 'statement.json');
/** The same with something changed after it was signed. */
const changed = (change: (file: Record<string, unknown>) => void): string => {
  const copy: Record<string, unknown> = JSON.parse(text);
  change(copy);
  return `${canonicalJson(copy)}\n`;
};
const codeOf = (action: () => unknown): string => {
  try {
    action();
    return 'none';
  } catch (thrown) {
    return thrown instanceof DemineError ? thrown.code : String(thrown);
  }
};

describe('a signed statement', () => {
  test('is read as it was written', () => {
    expect(check(text)).toEqual({
      file,
      altered: [],
      signature: 'valid',
      fingerprint: fingerprintOf(publicKey),
    });
    expect(check(statementText(sealed(cleanStatement)))).toMatchObject({ altered: [], signature: 'none' });
  });

  test('has its own hash, whoever signed it', () => {
    expect(statementId(file)).toBe(statementId(sealed(cleanStatement)));
    const other = sealed({ ...cleanStatement, checked: [] });
    expect(statementId(other)).not.toBe(statementId(file));
  });

  test('can be checked with nothing of ours: Ed25519 over the digests, the key and the schema', () => {
    const { digests, schema, signature }: StatementFile = JSON.parse(text);
    const bytes = Buffer.from(canonicalJson({ digests, key: signature?.fingerprint, schema }));
    expect(verify(null, bytes, publicKey, Buffer.from(signature?.value ?? '', 'base64'))).toBe(true);
  });

  test.each(sectionNames.map((name) => [name]))('tells that its section %s was changed', (name) => {
    const altered = changed((copy) => {
      const statement = copy['statement'] as Record<string, unknown>;
      const section = statement[name];
      statement[name] = Array.isArray(section) ? [] : { ...(section as object), name: 'x', more: 1 };
    });
    expect(check(altered).altered).toContain(name);
  });

  test('tells which, when the digest was made to fit', () => {
    const altered = changed((copy) => {
      const statement = { ...cleanStatement, conclusion: { ...cleanStatement.conclusion, reasons: [] } };
      Object.assign(copy, { statement, digests: sealed(statement).digests });
    });
    expect(check(altered)).toMatchObject({ altered: ['signature'], signature: 'invalid' });
  });

  test('of another key fits, and says of which', () => {
    const other = generateKeyPairSync('ed25519');
    const again = signed(sealed({ ...cleanStatement, steps: [] }), other.privateKey);
    expect(check(statementText(again))).toMatchObject({
      altered: [],
      signature: 'valid',
      fingerprint: fingerprintOf(other.publicKey),
    });
    // The first signer's fingerprint in its place does not fit the key, and his key not the signature.
    const { signature } = file;
    for (const part of ['fingerprint', 'key', 'value'] as const) {
      const mixed = { ...again, signature: { ...again.signature, [part]: signature?.[part] } };
      expect(check(`${canonicalJson(mixed)}\n`).signature).toBe('invalid');
    }
  });

  test('with something added, left out or written twice is not as it was', () => {
    expect(
      check(changed((copy) => delete (copy['statement'] as object as { steps?: unknown }).steps)).altered,
    ).toContain('steps');
    const added = changed((copy) => {
      (copy['statement'] as Record<string, unknown>)['note'] = 'trust me';
    });
    expect(check(added).altered).toContain('digests');
    expect(check(text.replace('{', '{ ')).altered).toEqual(['form']);
    expect(
      check(text.replace('"outcome":"clean"', '"outcome":"came-back","outcome":"clean"')).altered,
    ).toEqual(['form']);
    expect(check(`${text}\n`).altered).toEqual(['form']);
    expect(
      check(text.replace('"statement":{', '"statement":{"__proto__":{"outcome":"clean"},')).altered,
    ).not.toEqual([]);
  });

  test('with a signature that is none, or of another kind, is invalid', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const der = rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const signatures: readonly unknown[] = [
      {},
      null,
      'x',
      { ...file.signature, key: '' },
      { ...file.signature, key: der },
      { ...file.signature, value: '' },
      { ...file.signature, algorithm: 'none' },
    ];
    for (const signature of signatures) {
      expect(
        check(
          changed((copy) => {
            copy['signature'] = signature;
          }),
        ),
      ).toMatchObject({ signature: 'invalid', altered: expect.arrayContaining(['signature']) });
    }
  });

  test('is not taken from what is none', () => {
    const none = ['', 'x', '[]', '{}', '{"schema":"demine-result/1.2","statement":{},"digests":{}}'];
    for (const one of [...none, '['.repeat(1_000_000), text.slice(0, -20)])
      expect(codeOf(() => check(one))).toBe('statement-invalid');
    expect(codeOf(() => check(text.replace('demine-statement/1.0', 'demine-statement/9.0')))).toBe(
      'statement-invalid',
    );
    // Nested deeper than a statement is: no form of ours, and no crash.
    const deep = changed((copy) => {
      (copy['statement'] as Record<string, unknown>)['checked'] = [];
    }).replace('"checked":[]', `"checked":${'['.repeat(3_000)}${']'.repeat(3_000)}`);
    expect(check(deep).altered).toContain('checked');
  });
});
