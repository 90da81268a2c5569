/** A text of the result as what it is: printable. One that is not was edited, and is made so. */
import { isPrintable, type Printable, printableText } from '../../model/text.ts';

export const printableOf = (text: string): Printable => (isPrintable(text) ? text : printableText(text));
