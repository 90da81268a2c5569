/** The rows of `persistence[]`: every entry with its judgement and the reasons, in both languages. */
import type { EntryReason, JudgedEntry } from '../detect/persistence/judge-entries.ts';
import type { Language } from '../messages/catalogue.ts';
import { messagesFor } from '../messages/index.ts';
import type { ResultPersistence } from '../model/result.ts';
import type { Printable } from '../model/text.ts';

const order = ['malicious', 'suspicious', 'unusual', 'benign'] as const;

interface Masks {
  readonly text: (text: Printable) => Printable;
  /** Of text that is put into sentences of ours. */
  readonly words: (text: string) => string;
  readonly name: <T extends string>(name: T) => T;
}

/** An address may carry a password; so what a reason is told with is masked like any text of the target. */
function reasonText(reason: EntryReason, language: Language, masks: Masks): string {
  const text: unknown = Reflect.get(messagesFor(language).persistence.reasons, reason.id);
  if (typeof text !== 'function') throw new TypeError(`no text for the reason ${reason.id}`);
  const params = Object.fromEntries(
    Object.entries(reason.params).map(([key, value]) => [
      key,
      typeof value === 'string' ? masks.words(value) : value,
    ]),
  );
  return text(params);
}

/** @param masks take the secrets out of what came from the target */
export function resultPersistence(entries: readonly JudgedEntry[], masks: Masks): ResultPersistence[] {
  const mask = masks.text;
  const rows = entries.map(({ fact, reading, judgement, reasons }): Omit<ResultPersistence, 'id'> => {
    const target = fact.target ?? reading.targets[0];
    return {
      mechanism: fact.mechanism,
      ...(fact.name === undefined ? {} : { name: masks.name(fact.name) }),
      source: fact.source.source,
      ...(fact.source.line === undefined ? {} : { line: fact.source.line }),
      user: fact.user,
      trigger: mask(fact.trigger),
      command: mask(fact.command),
      decoded: reading.decoded.map(mask),
      ...(target === undefined ? {} : { target: masks.name(target) }),
      active: fact.active,
      judgement,
      reasons: reasons.map((reason) => ({
        id: reason.id,
        texts: { en: reasonText(reason, 'en', masks), 'zh-CN': reasonText(reason, 'zh-CN', masks) },
        ...(reason.id === 'running-miner' ? { pid: reason.params.pid } : {}),
      })),
      text: mask(fact.text),
    };
  });
  return rows
    .sort((a, b) => order.indexOf(a.judgement) - order.indexOf(b.judgement))
    .map((row, index) => ({ id: `P${index + 1}`, ...row }));
}
