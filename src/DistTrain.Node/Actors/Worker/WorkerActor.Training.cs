using Akka.Actor;
using Akka.Event;
using DistTrain.Protocol.Control;
using DistTrain.Training;
using DistTrain.Training.Engines;

namespace DistTrain.Node.Actors.Worker;

/// <content>In a run: views, weights, gradients, and where the time went.</content>
internal sealed partial class WorkerActor
{
    private const string TimesTimer = "times";

    private ViewPublished? lastView;
    private bool computeScheduled;

    private void OnView(ViewPublished view)
    {
        lastView = view;
        if (run?.Run == view.Run)
        {
            run.Take((int)view.Number, view.Owners);
            Schedule();
        }
    }

    private void OnWeights(WeightsArrived arrived)
    {
        if (run is null || run.Links != arrived.Links)
        {
            return;
        }

        run.TakeWeights();
        if (run.HasWork && !computeScheduled)
        {
            // Straight on: the message round would cost more than it gives.
            OnComputeNext();
        }
    }

    private void OnComputeNext()
    {
        computeScheduled = false;
        if (run is null || !run.HasWork)
        {
            return;
        }

        try
        {
            run.ComputeNext();
        }
#pragma warning disable CA1031 // Any failure of the computation is reported and ends this worker's part.
        catch (Exception error)
#pragma warning restore CA1031
        {
            bool fatal = error is NonFiniteLossException or UserErrorException;
            if (!fatal)
            {
                // Nobody foresaw it: where it happened helps to mend it. Of what is fatal the run says all there is to say.
                log.Error(error, "The gradient could not be computed");
            }

            ReportFailure(run.Run, run.Worker, error.Message, fatal);
            LeaveRun();
            return;
        }

        if (run.Times.HasMany)
        {
            TellTimes(last: false);
        }

        Schedule();
    }

    private void OnTellTimes(TellTimes asked)
    {
        if (asked.Run == run?.Run)
        {
            TellTimes(last: true);
        }
    }

    private void TellTimes(bool last)
    {
        if (run is not null)
        {
            TimesTold told = run.Times.Take();
            told.Run = run.Run;
            told.Worker = (uint)run.Worker;
            told.Incarnation = incarnation;
            told.Last = last;
            runActor.Tell(told);
        }
    }

    private void Schedule()
    {
        if (!computeScheduled && run is { HasWork: true })
        {
            computeScheduled = true;
            Self.Tell(ComputeNext.Instance);
        }
    }

    private sealed record TimesDue
    {
        public static readonly TimesDue Instance = new();
    }

    private sealed record ComputeNext
    {
        public static readonly ComputeNext Instance = new();
    }
}
