import { LabIcon } from '@jupyterlab/ui-components';

import checkpointResumeSvg from '../../style/icons/checkpoint-resume.svg';
import driveMountSvg from '../../style/icons/drive-mount.svg';
import editParametersSvg from '../../style/icons/edit-parameters.svg';
import gpuCheckSvg from '../../style/icons/gpu-check.svg';
import runtimeSvg from '../../style/icons/runtime.svg';
import snippetsSvg from '../../style/icons/snippets.svg';

const icon = (name: string, svgstr: string): LabIcon =>
  new LabIcon({ name: `jupyterlab-runtime-kit:${name}`, svgstr });

export const driveMountIcon = icon('drive-mount', driveMountSvg);
export const gpuCheckIcon = icon('gpu-check', gpuCheckSvg);
export const checkpointResumeIcon = icon(
  'checkpoint-resume',
  checkpointResumeSvg
);
export const runtimeIcon = icon('runtime', runtimeSvg);
export const snippetsIcon = icon('snippets', snippetsSvg);
export const editParametersIcon = icon('edit-parameters', editParametersSvg);
