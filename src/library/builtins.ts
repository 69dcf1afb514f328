import checkpointResume from '../../runtime_kit/snippets/checkpoint-resume.py';
import checkpointResumeHfTrainerLibrary from '../../runtime_kit/snippets/checkpoint-resume-hf-trainer.library.py';
import checkpointResumeJax from '../../runtime_kit/snippets/checkpoint-resume-jax.py';
import checkpointResumeKeras from '../../runtime_kit/snippets/checkpoint-resume-keras.py';
import checkpointResumeKerasLibrary from '../../runtime_kit/snippets/checkpoint-resume-keras.library.py';
import checkpointResumeLightningLibrary from '../../runtime_kit/snippets/checkpoint-resume-lightning.library.py';
import checkpointResumeSklearnLibrary from '../../runtime_kit/snippets/checkpoint-resume-sklearn.library.py';
import checkpointResumeLibrary from '../../runtime_kit/snippets/checkpoint-resume.library.py';
import driveDownload from '../../runtime_kit/snippets/drive-download.py';
import driveDownloadLibrary from '../../runtime_kit/snippets/drive-download.library.py';
import driveFolders from '../../runtime_kit/snippets/drive-folders.py';
import driveMount from '../../runtime_kit/snippets/drive-mount.py';
import driveMountLibrary from '../../runtime_kit/snippets/drive-mount.library.py';
import environmentReport from '../../runtime_kit/snippets/environment-report.py';
import githubSave from '../../runtime_kit/snippets/github-save.py';
import gpuBenchmark from '../../runtime_kit/snippets/gpu-benchmark.py';
import gpuCheck from '../../runtime_kit/snippets/gpu-check.py';
import imports from '../../runtime_kit/snippets/imports.py';
import installPytorch from '../../runtime_kit/snippets/install-pytorch.py';
import keepAlive from '../../runtime_kit/snippets/keep-alive.py';
import notify from '../../runtime_kit/snippets/notify.py';
import openInColab from '../../runtime_kit/snippets/open-in-colab.py';
import pipInstall from '../../runtime_kit/snippets/pip-install.py';
import readCsv from '../../runtime_kit/snippets/read-csv.py';
import releaseRuntime from '../../runtime_kit/snippets/release-runtime.py';
import runScript from '../../runtime_kit/snippets/run-script.py';
import saveCsv from '../../runtime_kit/snippets/save-csv.py';
import secrets from '../../runtime_kit/snippets/secrets.py';
import stageDataset from '../../runtime_kit/snippets/stage-dataset.py';
import stageDatasetLibrary from '../../runtime_kit/snippets/stage-dataset.library.py';
import torchrun from '../../runtime_kit/snippets/torchrun.py';
import trainingThroughput from '../../runtime_kit/snippets/training-throughput.py';
import tunnelVscode from '../../runtime_kit/snippets/tunnel-vscode.py';
import writeScript from '../../runtime_kit/snippets/write-script.py';

import { putEngines } from './engines';
import { SnippetLibrary } from './snippetLibrary';
import { parseSnippet } from '../snippets/format/parse';
import type { ISnippet } from '../snippets/format/types';

const LIBRARY = '.library';

/**
 * The text of each file in runtime_kit/snippets, by the name of the file
 * without `.py`, in the order of the menus. A new file is named here and
 * imported above; a test fails where one is missing.
 */
export const BUILTIN_TEXTS: Readonly<Record<string, string>> = {
  'drive-mount': driveMount,
  'drive-mount.library': driveMountLibrary,
  'gpu-check': gpuCheck,
  'checkpoint-resume': checkpointResume,
  'checkpoint-resume.library': checkpointResumeLibrary,
  'checkpoint-resume-hf-trainer.library': checkpointResumeHfTrainerLibrary,
  'checkpoint-resume-jax': checkpointResumeJax,
  'checkpoint-resume-keras': checkpointResumeKeras,
  'checkpoint-resume-keras.library': checkpointResumeKerasLibrary,
  'checkpoint-resume-lightning.library': checkpointResumeLightningLibrary,
  'checkpoint-resume-sklearn.library': checkpointResumeSklearnLibrary,
  'drive-download': driveDownload,
  'drive-download.library': driveDownloadLibrary,
  'drive-folders': driveFolders,
  'environment-report': environmentReport,
  'github-save': githubSave,
  'gpu-benchmark': gpuBenchmark,
  imports,
  'install-pytorch': installPytorch,
  'keep-alive': keepAlive,
  notify,
  'open-in-colab': openInColab,
  'pip-install': pipInstall,
  'read-csv': readCsv,
  'release-runtime': releaseRuntime,
  'run-script': runScript,
  'save-csv': saveCsv,
  secrets,
  'stage-dataset': stageDataset,
  'stage-dataset.library': stageDatasetLibrary,
  torchrun,
  'training-throughput': trainingThroughput,
  'tunnel-vscode': tunnelVscode,
  'write-script': writeScript
};

/** The text of a built-in snippet with its engines in it. */
export function builtinText(name: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(BUILTIN_TEXTS, name)
    ? putEngines(BUILTIN_TEXTS[name])
    : undefined;
}

/**
 * Parse the built-in snippets.
 *
 * @throws SnippetError
 */
export function parseBuiltins(
  texts: Readonly<Record<string, string>> = BUILTIN_TEXTS
): ISnippet[] {
  return Object.entries(texts).map(([name, text]) => {
    const isLibrary = name.endsWith(LIBRARY);
    return parseSnippet(putEngines(text), {
      id: isLibrary ? name.slice(0, -LIBRARY.length) : name,
      builtin: true,
      form: isLibrary ? 'library' : 'standalone'
    });
  });
}

/**
 * A library with the built-in snippets in it.
 *
 * @param present - How each is shown to the user: by default as written.
 */
export function createLibrary(
  present: (snippet: ISnippet) => ISnippet = snippet => snippet
): SnippetLibrary {
  return new SnippetLibrary(parseBuiltins().map(present));
}
