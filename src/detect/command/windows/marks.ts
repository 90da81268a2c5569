/** Marks in a value for what only Windows has, beside those of `../value.ts`. */

const storedMark = '\ue802';

/** Code that is kept in the registry, in WMI or in a task's description: no file holds it. */
export const stored = (text = ''): string => `${storedMark}${text}`;
export const isStored = (value: string): boolean => value.includes(storedMark);
