/** An error in the words of a language, with nothing of a target or a user unescaped in it. */
import type { Language } from '../messages/catalogue.ts';
import type { ErrorLine } from '../messages/cli.ts';
import { messagesFor } from '../messages/index.ts';
import type { DemineError } from '../model/error.ts';
import { printableText } from '../model/text.ts';

/** An error of the system in words; nothing where it is none, or one that we have no words for. */
function systemText(cause: unknown, texts: Readonly<Record<string, string>>): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  if (Object.hasOwn(texts, cause.code)) return texts[cause.code];
  // The store wraps what the disk said.
  return systemText(cause.cause, texts);
}

/** What is wrong, and to what it happened. */
export function errorWords(error: DemineError, language: Language): ErrorLine & { readonly detail: string } {
  const texts = messagesFor(language).cli;
  const subject = printableText(error.subject);
  const { problem } = error;
  const detail =
    problem === undefined
      ? (systemText(error.cause, texts.system) ??
        texts.details[error.message] ??
        printableText(error.message))
      : texts.usage[problem]({ subject, value: printableText(error.value) });
  const line = texts.errors[error.code]({
    subject: error.code === 'usage' && problem !== undefined ? '' : subject,
    detail,
  });
  return { ...line, detail };
}
