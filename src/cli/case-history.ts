/** The verifications of a case, as its report and `demine case show` tell them. */
import type { ShownLook } from '../report/verify/history.ts';
import { storedStatements } from '../respond/verify/verify-folder.ts';

/** The oldest first, each with whether its statement is as it was written. */
export const historyOf = (folder: string): readonly ShownLook[] =>
  storedStatements(folder).flatMap(({ number, checked }): readonly ShownLook[] => {
    if (checked === undefined) return [];
    const { file, altered, signature } = checked;
    const statement = file?.statement;
    const isAltered = altered.length > 0 || statement === undefined;
    return [
      {
        number,
        state: isAltered ? 'altered' : signature === 'none' ? 'unsigned' : 'signed',
        ...(statement === undefined
          ? {}
          : { time: statement.look.finished, outcome: statement.conclusion.outcome }),
      },
    ];
  });
