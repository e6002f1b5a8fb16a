"""What the chart states in plain words: one fact for each word of a statement.

A statement about a region counts for a row of that region; one without a region counts for every
row. Where the chart says both, what speaks against the request counts: a report that says that the
employee is not homebound is held against one that says so.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .vocabulary import Observation, Standing, boolean

if TYPE_CHECKING:
    from ..guideline.model import Who
    from .view import RowView

# word: (label, question, who can answer it)
_STATEMENTS: dict[str, tuple[str, str, Who]] = {
    # every row
    "purpose_given": (
        "purpose of the item",
        "What is suspected or aimed at, and how does the result change the plan?",
        "physician",
    ),
    "goals_given": (
        "treatment goals",
        "What are two or three measurable goals, with dates?",
        "physician",
    ),
    "part_examined": (
        "complaint and examination of the requested part",
        "What are the complaint and the examination of the part that is to be treated?",
        "physician",
    ),
    "reports_enclosed": (
        "reports relied on, enclosed",
        "Are the reports that the request relies on enclosed?",
        "office",
    ),
    "signs_changed_since_study": (
        "new or changed signs since the earlier study",
        "What has changed since the earlier study, and what did it show?",
        "physician",
    ),
    "difference_explained": (
        "explanation of reports that differ",
        "Why do the two reports differ, and which one holds?",
        "physician",
    ),
    "primary_authorized": (
        "authorization of the treatment that the row goes with",
        "Is the treatment that this row goes with, an operation for one, authorized already?",
        "office",
    ),
    "needed_together": (
        "reason why two programs are needed at once",
        "Why are both programs needed at the same time?",
        "physician",
    ),
    # injections
    "rehabilitation_plan": (
        "rehabilitation plan beside the injection",
        "Which rehabilitation goes with the injection?",
        "physician",
    ),
    "sedation_planned": (
        "sedation or opioid during a block",
        "Is sedation or an opioid planned during the block?",
        "physician",
    ),
    "pain_diary": (
        "pain diary of the block",
        "Is the pain diary of the last block enclosed?",
        "office",
    ),
    "controlled_blocks": (
        "controlled diagnostic blocks",
        "Were controlled diagnostic blocks done, and with what relief?",
        "physician",
    ),
    # therapy
    "measured_deficit": (
        "remaining measured deficit",
        "Which deficit remains, in degrees or strength, and which task is lost?",
        "physician",
    ),
    "home_program_insufficient": (
        "why a home program is not enough",
        "Why is a home exercise program not enough?",
        "physician",
    ),
    "in_plan_of_care": (
        "treatment named in the plan of care",
        "Is the treatment written into the plan of care?",
        "physician",
    ),
    "flare_up": (
        "flare-up after an earlier success",
        "Is this a flare-up, and what did the earlier course achieve?",
        "physician",
    ),
    "back_at_work": ("return to work", "Is the employee back at work?", "physician"),
    "visit_cap_lifted": (
        "written authorization of visits beyond the cap",
        "Has the employer authorized visits beyond the cap in writing?",
        "office",
    ),
    "restoration_program": (
        "functional restoration or exercise program that is running",
        "Which functional restoration or exercise program is running?",
        "physician",
    ),
    "trial_log": (
        "log of hours and medication for the trial",
        "Will hours of use and medication be logged during the trial?",
        "physician",
    ),
    "less_pain_with_device": (
        "less pain and better function with the device",
        "What did earlier use of the device change in pain and function?",
        "physician",
    ),
    "other_modalities_failed": (
        "failure of other modalities and drugs",
        "Which other modalities and drugs failed?",
        "physician",
    ),
    # drugs
    "tablets_not_tolerated": (
        "tablets not tolerated",
        "Why can tablets or capsules not be taken?",
        "physician",
    ),
    "liquids_not_tolerated": (
        "liquid forms not tolerated",
        "Why can a liquid form not be taken?",
        "physician",
    ),
    "standard_form_failed": (
        "failure of the standard form of the drug",
        "Was the standard form tried, and with what result?",
        "physician",
    ),
    "other_treatments_failed": (
        "other treatments failed or not tolerated",
        "Which treatments failed or were not tolerated?",
        "physician",
    ),
    "antidepressant_failed": (
        "failure of an antidepressant",
        "Which antidepressant was tried, at what dose, and with what result?",
        "physician",
    ),
    "anticonvulsant_failed": (
        "failure of an anticonvulsant",
        "Which anticonvulsant was tried, at what dose, and with what result?",
        "physician",
    ),
    "current_drugs_listed": (
        "list of current drugs with doses",
        "Which drugs are taken now, at which doses?",
        "office",
    ),
    "meaningful_relief": (
        "relief by the drug",
        "How much does the drug relieve the pain?",
        "physician",
    ),
    "one_prescriber": (
        "one prescriber and one pharmacy",
        "Is there one prescriber and one pharmacy?",
        "physician",
    ),
    "lowest_dose": ("lowest dose that works", "Is this the lowest dose that works?", "physician"),
    "function_by_tool": (
        "pain and function by a validated tool, against baseline",
        "What are the scores of a validated tool at baseline and now?",
        "physician",
    ),
    "slow_taper": ("slow taper schedule", "What is the taper schedule?", "physician"),
    "multidisciplinary_care": (
        "active care beside the opioid",
        "Which exercise, therapy or behavioral care runs beside the opioid?",
        "physician",
    ),
    "nonopioid_with_it": (
        "non-opioid drug given with it",
        "Which non-opioid is given with it?",
        "physician",
    ),
    "risk_of_misuse": (
        "documented risk that calls for a test",
        "Which risk calls for a urine drug test?",
        "physician",
    ),
    "acute_flare": (
        "acute spasm or flare",
        "Is there an acute spasm or flare, and since when?",
        "physician",
    ),
    "second_line_reason": (
        "why an NSAID alone is not enough",
        "Why is an NSAID alone not enough?",
        "physician",
    ),
    "other_relaxants_failed": (
        "failure of other muscle relaxants",
        "Which other muscle relaxants failed?",
        "physician",
    ),
    "benefit_from_drug": (
        "less pain or spasm and better function on the drug",
        "What do pain, spasm and function show with the drug?",
        "physician",
    ),
    "ulcer_or_bleeding": (
        "peptic ulcer, bleeding or perforation",
        "Is there a history of ulcer, bleeding or perforation?",
        "physician",
    ),
    "nsaid_dyspepsia": (
        "dyspepsia from an NSAID",
        "Is there dyspepsia from an NSAID?",
        "physician",
    ),
    "high_dose_nsaid": (
        "high-dose or several NSAIDs",
        "Is an NSAID taken at a high dose, or several of them?",
        "physician",
    ),
    "depression": (
        "depression, with a scale",
        "Is there a depression, and by which scale?",
        "physician",
    ),
    "neuropathic_pain": (
        "neuropathic pain on examination",
        "Which findings show neuropathic pain?",
        "physician",
    ),
    "response_recorded": ("response to the drug", "What has the drug done so far?", "physician"),
    "indication_stated": ("indication of the drug", "What is the drug for?", "physician"),
    "industrial_link": (
        "link of the condition to the injury",
        "How is the condition linked to the injury?",
        "physician",
    ),
    "side_effects_addressed": (
        "statement on side effects",
        "Which side effects does the drug have, if any?",
        "physician",
    ),
    "misuse_monitored": (
        "monitoring for misuse",
        "What do urine screen, CURES and the review of behavior show?",
        "physician",
    ),
    "risk_screened": (
        "screening for the risk of misuse",
        "Which risk tool was used, with which score?",
        "physician",
    ),
    "cures_and_screen_done": (
        "CURES and a urine drug screen before the first opioid",
        "When were CURES and a urine drug screen done, with what result?",
        "physician",
    ),
    "agreement_signed": (
        "written treatment agreement",
        "Is a signed treatment agreement enclosed?",
        "office",
    ),
    "nociceptive_source": (
        "source of pain other than a nerve",
        "Which source of pain is there beside the nerve?",
        "physician",
    ),
    # red flags
    "suspected_fracture": (
        "suspected fracture, with the finding",
        "Which finding points to a fracture?",
        "physician",
    ),
    "suspected_tumor": (
        "suspected tumor, with the finding",
        "Which finding points to a tumor?",
        "physician",
    ),
    "suspected_infection": (
        "suspected infection, with the finding",
        "Which finding points to an infection?",
        "physician",
    ),
    "cauda_equina": (
        "signs of cauda equina",
        "Which signs point to the cauda equina?",
        "physician",
    ),
    "progressive_deficit": (
        "progressive neurologic deficit",
        "Which deficit progresses, since when?",
        "physician",
    ),
    # imaging and tests
    "failed_strengthening_program": (
        "failed strengthening program meant to avoid surgery",
        "Which strengthening program failed, with dates?",
        "physician",
    ),
    "anatomy_before_procedure": (
        "anatomy needed before a planned procedure",
        "Which procedure is planned that needs the anatomy?",
        "physician",
    ),
    "occult_lesion_suspected": (
        "suspected bone, labral or soft-tissue lesion",
        "Which lesion is suspected, by which sign?",
        "physician",
    ),
    "finding_beyond_sprain": (
        "finding beyond a sprain",
        "Which finding goes beyond a sprain?",
        "physician",
    ),
    "no_gain_after_a_month": (
        "no gain after one month",
        "How has it gone over the month since the injury?",
        "physician",
    ),
    "severe_injury": ("severe injury", "How severe was the injury?", "physician"),
    "arthritis_risk": (
        "high risk of arthritis",
        "Which signs of arthritis are there?",
        "physician",
    ),
    "diagnosis_obvious": ("diagnosis that is already clear", "What is still unclear?", "physician"),
    "surgery_candidate": (
        "candidate for surgery",
        "Is surgery considered if the result is positive?",
        "physician",
    ),
    "seizure_signs": ("signs of a seizure", "Which event looked like a seizure?", "physician"),
    "no_recovery_after_stabilization": (
        "no recovery, or worse, after stabilization",
        "How has it gone since the condition was stable?",
        "physician",
    ),
    "cardiac_sign": (
        "present sign from the heart",
        "Which sign calls for this tracing?",
        "physician",
    ),
    "work_capacity_question": (
        "question about work capacity",
        "Which work question is the evaluation to answer?",
        "physician",
    ),
    # equipment and care at home
    "daily_exercise_program": (
        "daily exercise program",
        "Which daily exercise program is done?",
        "physician",
    ),
    "night_use": ("use at night", "Is it worn at night?", "physician"),
    "gait_aid_needed": (
        "need of a gait aid",
        "Why is a gait aid needed, and for how many weeks?",
        "physician",
    ),
    "medical_need_of_bed": (
        "medical reason for a hospital bed",
        "Which medical reason calls for a hospital bed?",
        "physician",
    ),
    "task_intolerance": (
        "work task that cannot be tolerated",
        "Which work task cannot be tolerated?",
        "physician",
    ),
    "keeps_at_work": (
        "aid that keeps the employee at work",
        "How does the aid keep the employee at work?",
        "physician",
    ),
    "home_program_failed": (
        "home program tried, revised and failed",
        "Which home program was tried and revised, and how did it fail?",
        "physician",
    ),
    "equipment_needed": (
        "need of equipment",
        "Which equipment is needed that a home does not have?",
        "physician",
    ),
    "medically_monitored": (
        "monitoring by a medical professional",
        "Who monitors it?",
        "physician",
    ),
    "homebound": ("homebound", "Is the employee homebound?", "physician"),
    "precluded_tasks": (
        "deficits and the tasks they preclude",
        "Which deficits preclude which tasks?",
        "physician",
    ),
    "services_specified": (
        "services with hours and skill level",
        "Which services, how many hours, at which skill level?",
        "physician",
    ),
    "home_evaluation": ("evaluation at home", "Was the home evaluated?", "physician"),
    # programs, visits, psychology
    "baseline_function_tested": (
        "baseline function, tested",
        "What are the baseline measures of function?",
        "physician",
    ),
    "lost_independence": (
        "lost independence",
        "Which independence has been lost to pain?",
        "physician",
    ),
    "surgery_not_an_option": ("no surgery that would help", "Would surgery help?", "physician"),
    "motivated": ("motivation to improve", "Is the employee motivated to improve?", "physician"),
    "predictors_addressed": (
        "predictors of the outcome, addressed",
        "Which predictors of failure were addressed?",
        "physician",
    ),
    "psychological_condition": (
        "psychological condition that hinders recovery",
        "Which psychological condition hinders recovery?",
        "physician",
    ),
    "lower_level_tried": (
        "lower level of care, tried",
        "Which lower level of care was tried, and what did it not achieve?",
        "physician",
    ),
    "safety_need": ("need of safety", "Which risk calls for this level of care?", "physician"),
    "psychological_clearance": (
        "psychological clearance",
        "Is there a psychological clearance?",
        "physician",
    ),
    "stimulator_trial_passed": (
        "successful trial of the stimulator",
        "What did the trial of the stimulator achieve?",
        "physician",
    ),
    "reason_for_visit": ("reason for the visit", "What is the reason for the visit?", "physician"),
    # operations
    "limits_from_the_part": (
        "activity limits from the part",
        "Which activities are limited, and since when?",
        "physician",
    ),
    "clinical_lesion": (
        "clinical evidence of the lesion",
        "Which clinical findings show the lesion?",
        "physician",
    ),
    "slap_type_two_or_four": (
        "SLAP lesion of type 2 or 4",
        "Which type is the SLAP lesion?",
        "physician",
    ),
    "biceps_over_half": (
        "more than half of the biceps tendon involved",
        "How much of the biceps tendon is involved?",
        "physician",
    ),
    "lung_risk": ("risk of a lung complication", "Which lung or heart risk is there?", "physician"),
    "anemia_or_blood_loss": (
        "risk of anemia or blood loss",
        "Which risk of anemia or blood loss is there?",
        "physician",
    ),
    "chronic_disease_or_drugs": (
        "chronic disease or drugs that affect kidney or electrolytes",
        "Which chronic disease or drugs affect kidney or electrolytes?",
        "physician",
    ),
    "anticoagulant_taken": (
        "anticoagulant",
        "Which anticoagulant is taken?",
        "physician",
    ),
    "bleeding_history": (
        "history of bleeding, or an anticoagulant",
        "Is there a history of bleeding, or an anticoagulant?",
        "physician",
    ),
    "classic_care_failed": ("failed classic care", "Which classic care failed?", "physician"),
}


_RED_FLAGS = frozenset(
    {"suspected_fracture", "suspected_tumor", "suspected_infection", "cauda_equina"}
) | {"progressive_deficit"}
"""Emergencies: if one is there, nobody forgets to write it."""


def stated(view: RowView, word: str) -> Observation | None:
    """Return whether the chart states ``word``; None if it says nothing about it."""
    said = [each for each in view.statements.get(word, ()) if view.is_near_or_general(each.region)]
    if not said:
        return None
    holds = all(each.holds for each in said)
    return Observation(holds, tuple(each.path for each in said if each.holds is holds))


for _word, (_label, _question, _who) in _STATEMENTS.items():
    boolean(
        f"stated.{_word}",
        label=_label,
        question=_question,
        answered_by=_who,
        standing=Standing(seldom=_word in _RED_FLAGS),
    )(partial(stated, word=_word))
