# 한국어
# %%
# 데이터와 모델을 만든다 🙂
import torch
torch.manual_seed(0)
데이터 = torch.randn(24, 3)
학습로더 = torch.utils.data.DataLoader(데이터, batch_size=6, shuffle=True)
모델 = torch.nn.Linear(3, 3)
최적화 = torch.optim.Adam(모델.parameters(), lr=0.01)
# %%
# 학습 루프 — 에폭마다 손실을 출력한다
손실기록 = []
for 에폭 in range(3): # 세 번 😀
    합 = 0
    for 번호, 배치 in enumerate(학습로더): # 배치 단위
        손실 = ((모델(배치) - 배치) ** 2).mean(); 최적화.zero_grad(); 손실.backward(); 최적화.step()
        합 += 손실.item()
    손실기록.append(합); print(f"에폭 {에폭}: 손실 {합:.3f}")
