/** The gettext domain of this extension's texts. */
export const DOMAIN = 'jupyterlab_runtime_kit';
