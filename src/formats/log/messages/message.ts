/**
 * What a reader of messages is given: the text behind the head of a log line, and who wrote it.
 *
 * Text is Latin-1, one character a byte: `said` makes it printable. A reader answers nothing for a message that it
 * does not know; then the line is kept as it stands.
 */
import type { EventDetail } from '../../../model/facts/event.ts';
import { type Printable, printableText } from '../../../model/text.ts';
import { printableLatin1 } from '../../text-lines.ts';

export interface Message {
  readonly program: string;
  readonly pid: number | undefined;
  readonly text: string;
}

export type MessageReader = (message: Message) => EventDetail | undefined;

/** Longest field that is kept of what others chose. */
const longest = 512;

/** A field of a message, printable and bounded. */
export const said = (text: string | undefined, most = longest): Printable =>
  printableLatin1((text ?? '').slice(0, most));

/** Longest command or statement that is kept: droppers carry their scripts in the command line. */
export const longestCommand = 4096;

/** A command or statement, printable and bounded. */
export const saidCommand = (text: string | undefined): Printable => said(text, longestCommand);

/** A field that is text already, as JSON gives it. */
export const saidText = (text: string, most = longest): Printable => printableText(text.slice(0, most));

export const withPid = ({ pid }: Message): { readonly pid?: number } => (pid === undefined ? {} : { pid });
