"""Every kind of treatment is known by the words and codes that an office writes."""

from __future__ import annotations

from collections import Counter

import pytest

from imr_check.guideline.pack import installed_packs
from imr_check.request.treatment import Treatment

TERMS = installed_packs()[0].terms

ROWS = {
    "trigger_point_injection": ["TPI right trapezius", "Ultrasound guided trigger point injection"],
    "dry_needling": ["Dry needling"],
    "acupuncture": ["Electro acupuncture, low back", "6 visits of acupuncture for the neck"],
    "facet_joint_injection": ["L3-4 facet block, both sides", "Medial branch blocks"],
    "facet_neurotomy": ["Radiofrequency ablation L4-5"],
    "epidural_steroid_injection": ["Right L4 transforaminal epidural", "Lumbar ESI"],
    "botulinum_toxin": ["Botox 100 units"],
    "platelet_rich_plasma": ["1 platelet rich plasma injection"],
    "physical_therapy": [
        "PT 2x6, neck",
        "PT/OT, 24 sessions",
        "Post-op PT for carpal tunnel release",
        "Physical therapy after arthroscopy of the left knee",
    ],
    "occupational_therapy": ["Occupational therapy, left wrist"],
    "chiropractic": ["Chiropractic physiotherapy", "Spinal manipulation 1 x 8", "Referral: chiro"],
    "tens": ["TENS unit", "EMS/TENS unit", "TENS trial, 30 days"],
    "electrical_stimulation": ["Electrical muscle stimulation", "EMS 1 x 8"],
    "therapeutic_ultrasound": ["Pulsed ultrasound 2 x 4"],
    "shockwave": ["Extracorporeal shock-wave therapy"],
    "interferential": ["IFC unit"],
    "h_wave": ["H-Wave device, purchase"],
    "neuromuscular_stimulation": ["NMES"],
    "passive_modality": ["Infrared heat", "Myofascial release", "Hot/cold packs"],
    "opioid": ["Norco 10/325 #120", "Ultram ER 100mg #60", "Fentanyl patch 25 mcg/h"],
    "muscle_relaxant": ["Lorzone 750 mg #45", "Baclofen 20 mg"],
    "nsaid": ["Motrin 600mg #40", "Diclofenac/misoprostol 75-0.2 mg"],
    "acid_suppressant": ["Prilosec 20mg", "Famotidine 20 mg", "PPI"],
    "topical_analgesic": [
        "Voltaren gel 60 g",
        "Lidoderm patch #1 box",
        "Lidocaine patch",
        "Cyclobenzaprine 5% in cream base 240g",
        "Flurbiprofen 10%/Dextromethorphan 5%/Lidocaine 5%, 120 grams",
        "Salonpas pad #60",
        "Compound cream, five ingredients",
    ],
    "oral_compound_kit": [
        "Synapryn",
        "Tabradol",
        "Deprizine",
        "Fanatrex",
        "Dicopanol",
        "Ketophene",
    ],
    "antidepressant": ["Bupropion HCL 150mg #90", "Venlafaxine ER 37.5 mg"],
    "anticonvulsant": ["Neurontin 300 mg"],
    "benzodiazepine": ["Diazepam (Valium) 5mg, 1 hour before exam", "Valium before MRI"],
    "barbiturate": ["Fioricet #120"],
    "laxative": ["Post-op Colace 100mg #60"],
    "other_drug": ["Three months coverage of Viagra 50mg"],
    "mri": ["MARS MRI scan of right hip", "MR arthrogram", "Open MRI, lumbar spine"],
    "computed_tomography": ["Cervical CT scan", "CT of the thoracic spine"],
    "xray": ["X-rays of right hip"],
    "chest_xray": ["Pre-op chest x-ray"],
    "bone_scan": ["Three phase bone scan"],
    "electrodiagnostics": ["EMG/NCV of the arms", "SSEP", "Nerve conduction study"],
    "urine_drug_test": ["Urine drug screen", "UDS"],
    "urinalysis": ["Pre-op UA"],
    "complete_blood_count": ["Labs: CBC"],
    "metabolic_panel": ["Chem panel", "CMP"],
    "coagulation_tests": ["Labs: PT/PTT"],
    "electrocardiogram": ["EKG"],
    "electroencephalogram": ["EEG"],
    "functional_capacity_evaluation": ["FCE"],
    "lumbar_support": ["LSO brace"],
    "pillow": ["Wedge pillow"],
    "wrist_splint": ["Wrist braces x2"],
    "elbow_brace": ["Elbow braces x2"],
    "mobility_device": ["1 knee scooter", "Crutches"],
    "medical_supplies": ["Large gloves", "Hygiene wipes"],
    "hospital_bed": ["Hospital bed, rental"],
    "ergonomic_equipment": ["Sit-stand workstation"],
    "gym_membership": ["Gym membership"],
    "home_health_care": ["Home aide 12 hours per day"],
    "functional_restoration_program": ["FRP"],
    "intensive_psychological_program": ["Partial hospitalization day treatment"],
    "cognitive_behavioral_therapy": ["CBT x 4"],
    "spinal_cord_stimulator": ["Spinal cord stimulator trial"],
    "office_visit": ["Follow up office visit times 3", "Initial exam"],
    "spine_surgeon_consultation": ["Ortho spine surgeon eval and treatment"],
    "shoulder_arthroscopy": ["Operative arthroscopy, SLAP repair"],
    "knee_arthroscopy": ["Arthroscopy of the left knee", "Partial medial meniscectomy"],
    "surgery": ["Carpal tunnel release", "Umbilical hernia repair"],
    "surgical_supply": ["Ultrasling", "Vascutherm unit, 14 days", "2 leg wraps", "Hip pad"],
    "medical_clearance": ["Pre-op clearance", "Medical clearance for knee arthroscopy"],
    "assistant_surgeon": ["Assistant surgeon"],
}


@pytest.mark.parametrize(
    ("kind", "words"), [(kind, each) for kind, rows in ROWS.items() for each in rows]
)
def test_words_of_a_row_name_its_kind(kind: str, words: str) -> None:
    assert TERMS.kind_of_words(words) == kind


@pytest.mark.parametrize("words", ["Ultrasound", "Unheardofol cream", "labs", "Lidocaine 1% vial"])
def test_words_that_name_no_kind_are_not_guessed(words: str) -> None:
    assert TERMS.kind_of_words(words) is None


def test_every_name_of_a_kind_names_it() -> None:
    found = {
        (term.kind, name): TERMS.kind_of_words(name)
        for term in TERMS.treatments.values()
        for name in term.names
    }
    assert {kind for (kind, _), named in found.items() if named != kind} == set()


def test_a_name_and_a_code_belong_to_one_kind() -> None:
    terms = TERMS.treatments.values()
    names = Counter(name for term in terms for name in term.names)
    codes = Counter(code for term in terms for code in term.procedure_codes)
    assert max(names.values()) == max(codes.values()) == 1
    assert not set(TERMS.guidance_codes) & set(codes)


def test_a_shared_code_names_another_kind_by_itself() -> None:
    of = {code: t.kind for t in TERMS.treatments.values() for code in t.procedure_codes}
    for term in TERMS.treatments.values():
        assert {of[code] for code in term.shared_codes} <= TERMS.treatments.keys() - {term.kind}


@pytest.mark.parametrize(
    ("row", "by_field"),
    [
        ({"procedure_codes": ["97110"]}, {"procedure_codes/0": "physical_therapy"}),
        (
            {"treatment": "OT, left hand", "procedure_codes": ["97110", "97165"]},
            {"procedure_codes/1": "occupational_therapy", "treatment": "occupational_therapy"},
        ),
        (
            {"kind": "occupational_therapy", "procedure_codes": ["97110"]},
            {"kind": "occupational_therapy"},
        ),
        (
            {"kind": "acupuncture", "procedure_codes": ["97110"]},
            {"kind": "acupuncture", "procedure_codes/0": "physical_therapy"},
        ),
        (
            {"kind": "passive_modality", "treatment": "Myofascial release for chronic headache"},
            {"kind": "passive_modality", "treatment": "passive_modality"},
        ),
    ],
)
def test_a_code_that_two_kinds_share_contradicts_neither(
    row: dict[str, object], by_field: dict[str, str]
) -> None:
    assert TERMS.naming(Treatment.model_validate(row)).by_field == by_field


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("MRI/CT of the spine and pelvis", {"mri", "computed_tomography"}),
        ("MRI of the cervical and thoracic spine", {"mri"}),
        ("Chest x-ray", {"chest_xray"}),
        ("Norco and Soma", {"opioid", "muscle_relaxant"}),
        ("Diclofenac/misoprostol", {"nsaid"}),
        ("Dextromethorphan 5%/Amitriptyline 5%/Lidocaine", {"topical_analgesic"}),
        ("Medical clearance for knee arthroscopy", {"medical_clearance"}),
        ("Authorization for physical therapy", {"physical_therapy"}),
        ("Unheardofol", set()),
        ("", set()),
    ],
)
def test_kinds_in_words(words: str, kinds: set[str]) -> None:
    assert TERMS.kinds_in_words(words) == kinds


def test_what_goes_with_an_operation() -> None:
    operations = ("shoulder_arthroscopy", "knee_arthroscopy", "surgery")
    ancillary = {kind: term.ancillary_to for kind, term in TERMS.treatments.items()}
    going_with = {kind for kind, of in ancillary.items() if of}
    assert going_with == {"surgical_supply", "medical_clearance", "assistant_surgeon"}
    assert all(ancillary[kind] == operations for kind in going_with)
    assert set(operations) <= TERMS.treatments.keys()
