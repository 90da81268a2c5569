/** `demine key`: makes the key with which statements are signed, or shows the fingerprint of the one that is there. */
import type { Language } from '../../messages/catalogue.ts';
import { printableText } from '../../model/text.ts';
import { WrappedScreen } from '../../report/verify/statement-screen.ts';
import { inGroups, statementTexts } from '../../report/verify/texts.ts';
import { fingerprintOf, makeKey, publicPathOf, readPrivateKey } from '../../respond/statement/key.ts';
import { checkKeyPlace, keyPathOf } from '../responder-key.ts';
import { viewOf, write } from '../terminal.ts';
import type { KeyArguments } from '../verify-arguments.ts';
import { caseGround } from '../verify-session.ts';

export async function keyCommand(args: KeyArguments & { readonly language: Language }): Promise<number> {
  const { language, out, show, folder } = args;
  const path = keyPathOf(out);
  if (!show) checkKeyPlace(path, folder === undefined ? undefined : caseGround(folder));
  const key = show ? readPrivateKey(path) : makeKey(path);
  const texts = statementTexts(language).key;
  const screen = new WrappedScreen(viewOf(language));
  const lines = [
    ...screen.words(texts.made({ path: printableText(path) })),
    ...screen.words(texts.publicHalf({ path: printableText(publicPathOf(path)) })),
    '',
    ...screen.words(texts.fingerprint),
    ...screen.words(inGroups(fingerprintOf(key)), 'bold'),
    ...(show ? [] : ['', ...screen.words(texts.advice)]),
  ];
  await write(`${lines.join('\n')}\n`);
  return 0;
}
