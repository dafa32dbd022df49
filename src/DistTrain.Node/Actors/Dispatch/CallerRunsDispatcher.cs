using Akka.Configuration;
using Akka.Dispatch;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Lets an actor handle a message on the thread that sends it, if that is one of its own kind: a worker's, or the
/// reader of a link. So the gradient that completes a step is applied by the thread that brings it, and no other has to
/// be woken first, which takes as long as the update itself. While it is busy, others only leave their messages, and it
/// handles them too. Threads of the pool never compute for somebody else: they hand over to another one of the pool.
/// </summary>
/// <remarks>
/// Akka's mailbox sees to it that one thread at a time is in the actor, and that messages keep their order. A message to
/// itself, or one that comes back while the actor is busy, is handled after the present one, not within it.
/// </remarks>
internal sealed class CallerRunsDispatcher : MessageDispatcher
{
    private readonly ThreadLocal<Turn> turns = new(() => new Turn());

    public CallerRunsDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput, TimeSpan shutdownTimeout)
        : base(configurator)
    {
        Id = id;
        Throughput = throughput;
        ShutdownTimeout = shutdownTimeout;
    }

    protected override void ExecuteTask(IRunnable run)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static task => task.Run(), run, preferLocal: false);
        }
        else
        {
            turns.Value!.Take(run);
        }
    }

    /// <summary>It has no threads that would have to end.</summary>
    protected override void Shutdown()
    {
    }

    /// <summary>
    /// What one thread has to run. A mailbox that is not empty yet asks to be run again from within its run: one after
    /// the other, not one inside the other, or a busy actor would fill the stack.
    /// </summary>
    private sealed class Turn
    {
        private readonly Queue<IRunnable> waiting = new();
        private bool busy;

        public void Take(IRunnable run)
        {
            waiting.Enqueue(run);
            if (busy)
            {
                return;
            }

            busy = true;
            try
            {
                while (waiting.TryDequeue(out IRunnable? next))
                {
                    next.Run();
                }
            }
            finally
            {
                busy = false;
            }
        }
    }
}

/// <summary>Makes the dispatcher from its section of the actor system's configuration.</summary>
internal sealed class CallerRunsDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly CallerRunsDispatcher dispatcher;

    public CallerRunsDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) =>
        dispatcher = new CallerRunsDispatcher(this, config.GetString("id"), config.GetInt("throughput"), config.GetTimeSpan("shutdown-timeout"));

    public override MessageDispatcher Dispatcher() => dispatcher;
}
