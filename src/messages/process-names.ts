/** How a process is called in a sentence: its name and its pid, and its pid alone where nobody knows the name. */
import type { Language } from './catalogue.ts';

/** @param process its name; empty where it ended before it told, or never had one */
export function processName(process: string, pid: number, language: Language): string {
  switch (language) {
    case 'en':
      return process === '' ? `pid ${pid}` : `${process} (pid ${pid})`;
    case 'zh-CN':
      // A number and the Chinese words after it stand apart.
      return process === '' ? `PID ${pid} ` : `${process}（PID ${pid}）`;
  }
}
