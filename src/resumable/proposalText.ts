import type { TranslationBundle } from '@jupyterlab/translation';

import type { IReason } from '../kernel/queries/askProposal';

/*
 * What the codes of a proposal mean. The codes are those of
 * `runtime_kit/resumable/messages.py`, which a test compares.
 */

/** Why an edit is proposed. */
export function reasonText(
  { code, values }: IReason,
  trans: TranslationBundle
): string {
  switch (code) {
    case 'epochs':
      return trans.__('Resumes at the epoch where the run stopped.');
    case 'steps':
      return trans.__(
        'Resumes at the step where the run stopped, and saves after each step.'
      );
    case 'condition':
      return trans.__('Ends the loop where its condition did.');
    case 'batches':
      return trans.__(
        'Saves between batches, and resumes with the next batch in the same order.'
      );
    case 'batches-unsure':
      return trans.__(
        'Saves between batches, if %1 gives the same batches again each time.',
        values.name
      );
    case 'cycle':
      return trans.__(
        'Starts the loader again at its end, and resumes with the next batch.'
      );
    case 'run':
      return trans.__(
        'Makes the run and names what it saves: %1.',
        values.objects
      );
    case 'import':
      return trans.__('Imports Run.');
    case 'finish':
      return trans.__(
        'Saves the end of the training and waits until it is on the disk.'
      );
    case 'pass':
      return trans.__('Hands the run to %1.', values.function);
    case 'parameter':
      return trans.__('Takes the run from its caller.');
    case 'turn':
      return trans.__('Numbers the turns, so that each has a run of its own.');
    case 'name-call':
      return trans.__('Names the run of this call of %1.', values.function);
    case 'name-parameter':
      return trans.__('Takes the name of the run from its caller.');
    case 'enable':
      return trans.__(
        'Lets %1 take the callback: False refuses it.',
        values.framework
      );
    case 'callback':
      return trans.__(
        'Saves what %1 trains, and resumes it.',
        values.framework
      );
    default:
      return code;
  }
}

/** Why nothing is proposed for a training. */
export function obstacleText(
  { code, values }: IReason,
  trans: TranslationBundle
): string {
  const { name, framework, advice } = values;
  switch (code) {
    case 'no-loop':
      return trans.__("No training loop was found in this notebook's code.");
    case 'unreadable':
      return trans.__(
        'The cell with the training loop is not valid Python (%1).',
        values.error
      );
    case 'already':
      return trans.__('This notebook already trains with runtime_kit.');
    case 'no-objects':
      return trans.__('No optimizer or model was found that this loop trains.');
    case 'not-visible':
      return trans.__("%1 can't be reached where the run would be made.", name);
    case 'maybe-none':
      return trans.__("%1 may be None, which a run can't save.", name);
    case 'no-range':
      return trans.__(
        'This loop has no range to count. Only range(…), tqdm(range(…)) and counted while loops can be resumed.'
      );
    case 'own-resume':
      return trans.__(
        'The code resumes with its own checkpoints here, which would conflict.'
      );
    case 'environment':
      return trans.__(
        "The environment keeps state of its own, which can't be saved."
      );
    case 'generator-object':
      return trans.__(
        "%1 draws random numbers with a generator that can't be saved.",
        name
      );
    case 'copied-model':
      return trans.__(
        "%1 keeps a copy of a model, which can't be saved from a variable. Keep copy.deepcopy(model.state_dict()) instead.",
        name
      );
    case 'aliased-state':
      return trans.__(
        '%1 holds the live weights of a state_dict(). Keep copy.deepcopy(model.state_dict()) instead.',
        name
      );
    case 'iterator':
      return trans.__(
        "%1 is an iterator that continues across steps and can't be resumed.",
        name
      );
    case 'new-optimizer':
      return trans.__('The optimizer is created again in this loop.');
    case 'grows':
      return trans.__(
        'The optimizer or model changes its shape during training.'
      );
    case 'called-often':
      return trans.__(
        "%1 is called from several places, so its runs can't be told apart.",
        name
      );
    case 'callback':
      return trans.__('%1 is also used without being called.', name);
    case 'redefined':
      return trans.__(
        '%1 is defined several times. Give each version a name of its own.',
        name
      );
    case 'elsewhere':
      return trans.__(
        'The training loop is in %1, which is imported. Run python -m runtime_kit propose on its file.',
        name
      );
    case 'script':
      return scriptText(name, trans);
    case 'not-called':
      return trans.__('%1 trains, but nothing here calls it.', name);
    case 'asynchronous':
      return trans.__(
        "Asynchronous functions and generators can't be resumed."
      );
    case 'one-line':
      return trans.__('The loop shares its line with other code.');
    case 'loop-name':
      return trans.__(
        "The runs of this outer loop can't be told apart by a name."
      );
    case 'processes':
      return trans.__('The training runs in other processes.');
    case 'keras-custom':
      return trans.__(
        "TensorFlow training loops with GradientTape aren't covered. Use tf.train.CheckpointManager."
      );
    case 'own':
      return trans.__('%1 saves and resumes itself: %2.', framework, advice);
    case 'uncovered':
      return trans.__("%1 isn't covered: %2.", framework, advice);
    default:
      return trans.__(
        'The way from this call to the training loop is not clear.'
      );
  }
}

/** What is worth knowing about the proposal. */
export function noteText(
  { code, values }: IReason,
  trans: TranslationBundle
): string {
  switch (code) {
    case 'name-taken':
      return trans.__(
        "%1 has saved a run %2, so this notebook's is named %3.",
        values.notebook,
        values.name,
        values.own
      );
    case 'several':
      return trans.__('Several trainings were found: each has its own run.');
    case 'after-epoch':
      return trans.__(
        'A training is saved after each turn of its outer loop only: within one it could not be resumed exactly.'
      );
    case 'own-save':
      return trans.__(
        "%1 saves a checkpoint of your own. It is kept; the run doesn't need it.",
        values.name
      );
    case 'script':
      return scriptText(values.name, trans);
    case 'from-kernel':
      return trans.__(
        "%1 was found in the kernel: it has the optimizer's parameters. Check that nothing else is trained.",
        values.name
      );
    default:
      return code;
  }
}

function scriptText(name: string, trans: TranslationBundle): string {
  return trans.__(
    '%1 trains in a process of its own. In a terminal, python -m runtime_kit propose %1 shows its edits, and --apply writes them.',
    name
  );
}
