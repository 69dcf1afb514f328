/** How platforms call themselves, by the ids of `runtime_kit/platform.py`. */
export const PLATFORM_NAMES: Readonly<Record<string, string>> = {
  colab: 'Google Colab',
  kaggle: 'Kaggle',
  'studio-lab': 'SageMaker Studio Lab',
  lightning: 'Lightning Studio',
  paperspace: 'Paperspace',
  runpod: 'RunPod',
  vast: 'Vast.ai',
  binder: 'Binder',
  databricks: 'Databricks',
  huggingface: 'Hugging Face Spaces',
  modal: 'Modal',
  sagemaker: 'SageMaker Studio',
  jupyterhub: 'JupyterHub'
};
