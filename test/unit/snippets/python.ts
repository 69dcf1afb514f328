import type { ChildProcess } from 'child_process';
import { spawn } from 'child_process';
import { existsSync } from 'fs';
import path from 'path';
import { createInterface } from 'readline';

/** What Python makes of a cell. */
export interface IExamined {
  /** Set where Python could not read it; the rest is missing then. */
  error?: string;
  /** The values that the cell assigns to the name. */
  value: unknown[];
  /** The syntax trees of all other statements. */
  others: string[];
  comments: string[];
  /** Whether IPython takes anything in it for its own syntax. */
  magic: boolean;
}

/**
 * A Python process that reads cells, one after another.
 */
export class Python {
  constructor() {
    const root = path.resolve(__dirname, '../../..');
    const own = path.join(root, '.venv/bin/python');
    this._process = spawn(
      existsSync(own) ? own : 'python3',
      [path.join(__dirname, 'python.py')],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, PYTHONUTF8: '1' }
      }
    );
    const lines = createInterface({ input: this._process.stdout! });
    lines.on('line', line => this._waiting.shift()!.resolve(JSON.parse(line)));
    this._process.on('exit', code =>
      this._waiting.forEach(({ reject }) =>
        reject(new Error(`Python ended with ${code}`))
      )
    );
  }

  /** Have a cell read that assigns a literal to `name`. */
  examine(cell: string, name: string): Promise<IExamined> {
    return new Promise((resolve, reject) => {
      this._waiting.push({ resolve, reject });
      this._process.stdin!.write(`${JSON.stringify({ cell, name })}\n`);
    });
  }

  dispose(): Promise<void> {
    return new Promise(resolve => {
      this._process.once('exit', () => resolve());
      this._process.stdin!.end();
    });
  }

  private _process: ChildProcess;
  private _waiting: {
    resolve: (answer: IExamined) => void;
    reject: (reason: Error) => void;
  }[] = [];
}
