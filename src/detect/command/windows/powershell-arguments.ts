/** Arguments of a cmdlet, with the names that PowerShell lets be shortened. Source: about_Command_Syntax, about_Parameters. */
import type { PsValue } from './powershell-value.ts';

/** `name` of an option (lower case, without its dash), whose value is the next; or a value by its place. */
export interface Argument {
  readonly name: string | undefined;
  readonly value: PsValue | undefined;
}

/** The value of an option, whose name may be given by its beginning. */
export function named(args: readonly Argument[], ...names: readonly string[]): PsValue | undefined {
  const at = args.findIndex(
    ({ name }) => name !== undefined && name !== '' && names.some((one) => one.startsWith(name)),
  );
  return at < 0 ? undefined : args[at + 1]?.value;
}

export const hasOption = (args: readonly Argument[], name: string): boolean =>
  args.some((one) => one.name !== undefined && one.name.length > 1 && name.startsWith(one.name));

/** Values that follow no option of those that take one. */
export function positional(args: readonly Argument[], taking: RegExp): readonly PsValue[] {
  const found: PsValue[] = [];
  args.forEach(({ name, value }, at) => {
    if (name !== undefined || value === undefined) return;
    const before = args[at - 1]?.name;
    if (before === undefined || !taking.test(before)) found.push(value);
  });
  return found;
}
