import { LabIcon } from '@jupyterlab/ui-components';

import checkpointResumeSvg from '../../style/icons/checkpoint-resume.svg';
import driveMountSvg from '../../style/icons/drive-mount.svg';
import editParametersSvg from '../../style/icons/edit-parameters.svg';
import gpuCheckSvg from '../../style/icons/gpu-check.svg';
import runtimeSvg from '../../style/icons/runtime.svg';
import snippetsSvg from '../../style/icons/snippets.svg';

export const driveMountIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:drive-mount',
  svgstr: driveMountSvg
});

export const gpuCheckIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:gpu-check',
  svgstr: gpuCheckSvg
});

export const checkpointResumeIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:checkpoint-resume',
  svgstr: checkpointResumeSvg
});

export const runtimeIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:runtime',
  svgstr: runtimeSvg
});

export const snippetsIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:snippets',
  svgstr: snippetsSvg
});

export const editParametersIcon = new LabIcon({
  name: 'jupyterlab-runtime-kit:edit-parameters',
  svgstr: editParametersSvg
});
