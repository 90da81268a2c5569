/** All programs whose meaning is known, by name. */
import { afterOptions, named, type Program, type ProgramTable } from '../call.ts';
import { awk } from './awk.ts';
import { decodingPrograms } from './decoding.ts';
import { anything, fetchingPrograms } from './fetching.ts';
import { filingPrograms } from './filing.ts';
import { guardingPrograms, removesAgent, speaksToNetwork } from './guarding.ts';
import { interpretingPrograms, isShell } from './interpreting.ts';
import { textPrograms } from './text.ts';
import { wrappingPrograms } from './wrapping.ts';

export { isShell, speaksToNetwork };

const table: ReadonlyMap<string, Program> = new Map(
  Object.entries({
    ...textPrograms,
    ...named('awk gawk mawk nawk original-awk', awk),
    ...decodingPrograms,
    ...fetchingPrograms,
    ...interpretingPrograms,
    ...wrappingPrograms,
    ...filingPrograms,
    ...guardingPrograms,
  } satisfies ProgramTable),
);

/** `python3.11`, `php8.2`, `perl5.36`. */
const versioned = /^(python|php|perl|ruby|lua|node)[\d.]+$/;

/** ld.so(8) runs the program that it is given. */
const loader = /^ld(?:-linux|-musl|64|\.so)[\w.-]*$/;
const wrapped: Program = ({ args, stdin, to }) =>
  to.invoke(
    afterOptions(args, new Set(['--library-path', '--preload', '--audit', '--argv0', '--inhibit-rpath'])),
    stdin,
  );

const unknownProgram: Program = (call) => {
  const removed = removesAgent(call);
  if (removed !== undefined) call.to.session.sign('stops-protection', removed);
  return anything(call);
};

export function programFor(name: string): Program {
  const known = table.get(name);
  if (known !== undefined) return known;
  if (loader.test(name)) return wrapped;
  const own = versioned.exec(name)?.[1];
  return (own === undefined ? undefined : table.get(own)) ?? unknownProgram;
}

/** Whether its name alone says what it is: no file of the entry's own. */
export const isKnownProgram = (name: string): boolean => table.has(name) || versioned.test(name);
