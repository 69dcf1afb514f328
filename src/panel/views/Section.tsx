import React from 'react';

import type { RuntimeModel } from '../model/runtimeModel';
import type { IPanelServices } from './services';

/** What each section of a runtime is given. Its model has a sample. */
export interface ISectionProps {
  model: RuntimeModel;
  services: IPanelServices;
}

interface IProps {
  /** For tests and style sheets. */
  name: string;
  title: string;
  /** Why this part is not known. */
  problem?: string;
  open?: boolean;
  children?: React.ReactNode;
}

/** A part of the panel that can be folded. */
export function Section(props: IProps): React.JSX.Element {
  return (
    <details
      className="jp-RuntimeKit-section"
      data-section={props.name}
      open={props.open ?? true}
    >
      <summary>
        <h3>{props.title}</h3>
      </summary>
      <div className="jp-RuntimeKit-sectionBody">
        {props.problem ? (
          <p className="jp-RuntimeKit-warning">{props.problem}</p>
        ) : null}
        {props.children}
      </div>
    </details>
  );
}
