"""Words that the texts of `bench.search_corpus` are made of, the commonest first."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KOREAN_NOUNS = _words(
    """
    모델 학습 데이터 연구 기술 언어 성능 서비스 이미지 생성 인공지능 개발 기업 결과 시스템 정보
    방법 문제 공개 추론 사용자 논문 기능 분석 평가 속도 지원 코드 음성 영상 번역 검색 도구
    에이전트 로봇 반도체 투자 시장 정부 교육 의료 보안 규제 자율주행 알고리즘 신경망 문장 단어
    문서 대화 질문 답변 이해 구조 크기 효율 비용 시간 환경 실험 과정 단계 수준 능력 정확도 오류
    원인 변화 발표 출시 공유 참여 대회 강의 학교 대학 교수 학생 회사 직원 고객 제품 판매 가격 경제
    사회 문화 역사 정책 국가 세계 미국 중국 일본 한국 유럽 서울 지역 도시 건설 교통 자동차 전기
    에너지 기후 날씨 환자 병원 치료 약물 단백질 유전자 세포 질병 건강 운동 음식 음악 영화 게임
    사진 그림 소설 작가 감독 배우 방송 신문 기자 인터넷 전화 컴퓨터 프로그램 소프트웨어 네트워크
    서버 클라우드 저장 메모리 처리 계산 수학 물리 화학 생물 우주 위성 트랜스포머 확산 임베딩 벡터
    토큰 파라미터 양자화 증류 압축 강화학습 미세조정 멀티모달 프롬프트 벤치마크 라이브러리
    프레임워크 오픈소스 플랫폼 챗봇 합성 인식 분류 탐지 예측 추천 최적화 정렬 편향 윤리 안전
    저작권 개인정보 특허 법원 판결 의원 대통령 선거 군대 전쟁 평화 협력 계약 협상 회의 보고서 계획
    목표 전략 관리 조직 팀 사람 친구 가족 아이 부모 여성 남성 노인 청년 주민 시민 단체 재단 기금
    은행 주식
    """
)

KOREAN_SYLLABLES = _words(
    """
    기 수 사 정 전 지 상 이 시 자 장 대 인 주 동 성 조 구 연 도 공 부 유 원 소 경 고 제 신 학 생
    보 방 국 문 선 분 중 가 실 세 해 관 개 어 비 용 행 화 교 차 일 물 산 안 리 미 의 무 양 통 외
    재 적 모 청 계 영 심 식 작 반 명 발 초 법 감 위 현 업 표 단 활 음 간 체 결 회 금 석 접 력 민
    토 품 군 광 강 환 출 배 권 진 평 편 합 운 노 하 형 속 설 입 직 천 예 료 호 만 축 추 습 론 격
    항 변 열 밀
    """
)

KOREAN_VERBS = _words(
    """
    공개했습니다 발표했다 제안합니다 향상되었다 가능합니다 보여줍니다 사용합니다
    달성했습니다 줄였다 알려졌다 소개합니다 필요하다 분석한다 설명한다 기대된다 시작했다
    늘어났다 밝혔다 적용했습니다 비교한다 제공합니다 만들었다 나타났다 이루어진다 확인됐다
    개선했음 학습함 지원함 평가됨
    """
)

KOREAN_LINKS = _words(
    """
    하지만 그리고 특히 기존보다 더 새로운 다양한 많은 위한 대한 따라 같은 높은 빠른 최근
    함께 약 또한 직접 모든 여러 작은 적은 처음으로 위해
    """
)

ENGLISH_NOUNS = _words(
    """
    model data language training image system method paper result research code user performance
    task network agent text learning inference benchmark dataset token video speech question
    answer search memory context tool world robot policy reward feature company service market
    government health school student teacher patient doctor hospital drug protein gene cell
    disease energy climate weather city country state county road water food music film game
    picture book author director news report plan goal strategy team people friend family child
    parent woman man law court president election war peace contract meeting bank stock price tax
    income cost time day year month week hour number size speed quality accuracy error cause
    change effect process step level ability structure function parameter layer attention
    embedding vector diffusion transformer quantization distillation compression fine-tuning
    multimodal prompt library framework platform chatbot recognition detection prediction
    recommendation optimization alignment bias safety privacy copyright license patent chip
    computer software hardware server cloud storage phone internet website program algorithm math
    physics chemistry biology space satellite engine car plane train ship house building room door
    wall floor table chair bed kitchen garden tree flower animal dog cat bird fish horse cow body
    head hand foot eye
    """
)

ENGLISH_ROOTS = _words(
    """
    form struct tract spect script duct ject port press pos mit vert cept fer scrib mov sign plac
    count rat stat grad cycl graph phon photo therm chron log path metr scop electr magnet hydr
    aer bi ge techn mechan chem neur card derm oste gastr hem immun tox cyt gen plast morph phil
    phob soph act ag anim ann aud bell ben cap ced cert cis clam clar claus cogn corp cred cur dic
    doc dom fac fid fin flect flor flu frag fus greg habit hum jud junct lat leg liber loc luc
    magn mal man mar mater med memor ment migr mort mut nat nav nov oper opt ord part pel pend pet
    popul prim punct quer rupt sacr
    """
)

ENGLISH_BEFORE = _words(
    """
    re un pre de over sub inter micro multi trans con in ex per pro dis auto
    """
)

ENGLISH_AFTER = _words(
    """
    ion er ing ed able ive ment al ous ity ance or ate ize ic ism ist ery
    """
)

ENGLISH_VERBS = _words(
    """
    improves shows uses needs trains releases supports reduces achieves introduces provides
    requires learns generates predicts explains compares increases builds makes gives takes finds
    keeps holds
    """
)

ENGLISH_LINKS = _words(
    """
    the a of and to in is for with on that by as are from at or an can be which
    """
)

KOREAN_QUESTIONS = (
    "무엇인가요?",
    "어떻게 되나요?",
    "얼마나 걸리나요?",
    "어디에 있는가?",
    "누구인가?",
)

ENGLISH_QUESTIONS = ("what is the", "how long does a", "where can i find", "who made the", "why is")

NAME_SYLLABLES = _words(
    """
    lu ma zen tor vex qua nim bo ra kel dri fo syn pha gor mi nex ta lio bra
    """
)
