/** `demine verify --check` and `--sign`: a statement that is there, whoever wrote it and wherever it lies. */
import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Language } from '../messages/catalogue.ts';
import { DemineError } from '../model/error.ts';
import { printableText } from '../model/text.ts';
import { type CheckView, renderCheck } from '../report/verify/check-screen.ts';
import { renderStatementPage } from '../report/verify/statement-page.ts';
import { WrappedScreen } from '../report/verify/statement-screen.ts';
import { inGroups, statementTexts } from '../report/verify/texts.ts';
import { fingerprintOf, readPrivateKey } from '../respond/statement/key.ts';
import { type CheckedStatement, checkStatement, signed, statementText } from '../respond/statement/sealed.ts';
import { compareEvidence, type EvidenceRow } from '../respond/verify/case-section.ts';
import {
  compareLooks,
  pageName,
  readStatementBytes,
  statementName,
  storedStatements,
  verifyFolder,
  verifyNumbers,
} from '../respond/verify/verify-folder.ts';
import { replaceCaseFile } from '../scan/case-folder.ts';
import { resultTextIn } from '../store/sqlite.ts';
import { storeName } from './case-events.ts';
import { tellReport } from './case-export.ts';
import { ownMachineId } from './removal-session.ts';
import { checkingKey, checkKeyPlace, keyPathOf } from './responder-key.ts';
import { viewOf, write } from './terminal.ts';

interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly language: Language;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** A statement by itself, the folder of a verification, or a case: then the newest. */
function statementPath(path: string): string {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return path;
  if (isThere(join(path, statementName))) return join(path, statementName);
  const number = verifyNumbers(path).findLast((one) => isThere(join(verifyFolder(path, one), statementName)));
  if (number === undefined) {
    throw new DemineError('statement-invalid', 'the case holds no statement', { subject: path });
  }
  return join(verifyFolder(path, number), statementName);
}

/** The case that a statement lies in. */
function caseOf(path: string): string | undefined {
  const folder = dirname(dirname(path));
  return isThere(join(folder, storeName)) ? folder : undefined;
}

function evidenceOf(path: string, { file }: CheckedStatement): readonly EvidenceRow[] | undefined {
  const folder = caseOf(path);
  if (folder === undefined || file === undefined) return undefined;
  const { case: held } = file.statement;
  return [
    ...compareEvidence(held, folder, resultTextIn(join(folder, storeName), held.scan.number)),
    ...compareLooks(file.statement.looks, storedStatements(folder)),
  ];
}

const isChanged = ({ state }: EvidenceRow): boolean => state === 'altered' || state === 'missing';

const exits: Readonly<Record<CheckView['answer'], number>> = {
  genuine: 0,
  altered: 1,
  'other-key': 1,
  'unknown-key': 3,
  unsigned: 3,
};

export async function checkCommand({ path: asked, key, language }: Asked): Promise<number> {
  const trusted = checkingKey(key);
  const path = statementPath(asked);
  const checked = checkStatement(readStatementBytes(path), path);
  const evidence = evidenceOf(path, checked);
  const isAltered = checked.altered.length > 0 || (evidence ?? []).some(isChanged);
  const answer = (): CheckView['answer'] => {
    if (isAltered) return 'altered';
    if (checked.signature === 'none') return 'unsigned';
    if (trusted === undefined) return 'unknown-key';
    if (fingerprintOf(trusted) === checked.fingerprint) return 'genuine';
    // Another's own key says nothing of a statement that he was handed; a key that was named does.
    return key === undefined ? 'unknown-key' : 'other-key';
  };
  const view: CheckView = {
    ...viewOf(language),
    path: printableText(path),
    answer: answer(),
    statement: checked.file?.statement,
    altered: checked.altered,
    fingerprint: checked.fingerprint,
    evidence,
  };
  await write(`${renderCheck(view)}\n`);
  return exits[view.answer];
}

export async function signCommand({ path: asked, key, language }: Asked): Promise<number> {
  const path = statementPath(asked);
  const checked = checkStatement(readStatementBytes(path), path);
  const changed = (evidenceOf(path, checked) ?? []).filter(isChanged).map(({ name }) => name);
  const altered = [...checked.altered, ...changed];
  if (checked.file === undefined || altered.length > 0) {
    throw new DemineError('statement-altered', altered.join(', '), { subject: path });
  }
  if (checked.signature !== 'none') throw new DemineError('statement-signed', 'it is', { subject: path });
  const { subject } = checked.file.statement;
  const isHere = subject.kind === 'live' && subject.machineId !== '' && subject.machineId === ownMachineId();
  const keyPath = keyPathOf(key);
  checkKeyPlace(keyPath, isHere ? { kind: 'live', root: '/' } : undefined);
  const file = signed(checked.file, readPrivateKey(keyPath));
  replaceCaseFile(dirname(path), basename(path), statementText(file));
  if (basename(path) === statementName) {
    replaceCaseFile(dirname(path), pageName, renderStatementPage(file, language));
  }
  const folder = caseOf(path);
  if (folder !== undefined) tellReport(folder);
  const texts = statementTexts(language);
  const screen = new WrappedScreen(viewOf(language));
  const fingerprint = inGroups(file.signature?.fingerprint ?? '');
  await write(
    `${[
      ...screen.words(texts.signedBy),
      ...screen.words(fingerprint),
      ...screen.words(texts.next.check({ path: printableText(path) })),
    ].join('\n')}\n`,
  );
  return 0;
}
