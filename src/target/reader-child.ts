/** The child of the reader: answers questions from standard input until it ends, or until it is killed. */
import { constants } from 'node:os';
import { signalOnParentDeath } from '../native/namespaces.ts';
import { Arena, answerAt } from './open.ts';
import type { SourceResult } from './port.ts';
import type { ReaderAnswer, ReaderQuestion } from './reader-protocol.ts';

function toAnswer(result: SourceResult): ReaderAnswer {
  const outcome = {
    status: result.status,
    ...(result.reason === undefined ? {} : { reason: result.reason }),
  };
  switch (result.kind) {
    case 'file':
      return { kind: 'file', ...outcome, data: Buffer.from(result.bytes).toString('base64') };
    case 'link':
      return { kind: 'link', ...outcome, target: result.target };
    case 'directory':
      return { kind: 'directory', ...outcome, entries: result.entries };
    case 'stat':
      return { kind: 'stat', ...outcome, ...(result.stat === undefined ? {} : { stat: result.stat }) };
  }
}

/** The internal task `read`. */
export async function readerChild(): Promise<number> {
  signalOnParentDeath(constants.signals.SIGKILL);
  const arena = new Arena();
  for await (const line of console) {
    if (line === '') continue;
    const question: ReaderQuestion = JSON.parse(line);
    arena.reset();
    const path = Buffer.from(question.path, 'hex').toString('latin1');
    const answer = toAnswer(answerAt(question.request, path, arena, false));
    await Bun.write(Bun.stdout, `${JSON.stringify(answer)}\n`);
  }
  return 0;
}
